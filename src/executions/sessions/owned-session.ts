import type { Notifier } from '../notifier.ts';
import type { Retry } from '../retry.ts';
import type { Store } from '../store.ts';
import type { Session, SessionChange } from './session.ts';

export interface OwnedSessionOptions {
  readonly store: Pick<Store, 'sessions'>;
  readonly notifier: Notifier<Session>;
  readonly retry: Retry;
}

/**
 * The record of a session that this process owns. `session` is what this process knows, which may be ahead of the store: a
 * change counts here at once, and those that come while one is being written are written together after it. In one of two
 * modes:
 *
 * - *owned*, at first: changes are written, under the epoch of its creation or adoption. The end is the last of them.
 * - *lost* (`isLost`): another process owns it, or has ended it. Entered by `lose`, or by a write that was refused. Nothing
 *   is written any more, and it is never left. While the end is being recorded, and from then on, only a refused write enters it:
 *   that the session is no longer among the open ones is this process's own doing.
 */
export class OwnedSession {
  readonly #options: OwnedSessionOptions;
  readonly #onLost: () => void;
  #session: Session;
  #unwritten: SessionChange | null = null;
  #writing: Promise<void> | null = null;
  #isLost = false;
  #isEnding = false;

  /** @param onLost called once, when it is lost; must not throw */
  constructor(session: Session, options: OwnedSessionOptions, onLost: () => void = () => undefined) {
    this.#session = session;
    this.#options = options;
    this.#onLost = onLost;
  }

  get session(): Session {
    return this.#session;
  }

  /** Whether another process owns it or has ended it: this one's lease had expired. */
  get isLost(): boolean {
    return this.#isLost;
  }

  /** Another process seems to own it, or to have ended it. Harmless to repeat. */
  lose(): void {
    if (!this.#isEnding) this.#enterLost();
  }

  #enterLost(): void {
    if (this.#isLost) return;
    this.#isLost = true;
    this.#unwritten = null;
    this.#onLost();
  }

  /** Applies a change here at once and in the store after those before it. */
  change(change: SessionChange): void {
    if (this.#isLost || this.#session.status === 'ENDED') return;
    this.#session = { ...this.#session, ...change };
    this.#options.notifier.notify(this.#session.id, this.#session);
    this.#unwritten = { ...this.#unwritten, ...change };
    this.#writing ??= this.#write();
    // The failure reaches those who await the writes; until then it must not count as unhandled.
    this.#writing.catch(() => {});
  }

  /** Records the end after all other writes; it is shown only then. Rejects when the store was given up. */
  async end(change: SessionChange & { readonly status: 'ENDED' }): Promise<void> {
    await this.written();
    if (this.#isLost) return;
    this.#isEnding = true;
    const { store, notifier, retry } = this.#options;
    const { id, epoch } = this.#session;
    const ended = await retry(async () => {
      const written = await store.sessions.updateSession(id, change, epoch);
      // A write whose response was lost counts as made; one of another process stands.
      return written ?? (await store.sessions.getSession(id));
    });
    if (ended !== null && ended.status !== 'ENDED') this.#enterLost();
    this.#session = ended ?? { ...this.#session, ...change };
    notifier.notify(id, this.#session);
  }

  /** Resolves when all changes made so far are written, or it is lost. Rejects when the store was given up. */
  async written(): Promise<void> {
    await this.#writing;
  }

  async #write(): Promise<void> {
    const { store, notifier, retry } = this.#options;
    const { id, epoch } = this.#session;
    try {
      while (this.#unwritten !== null) {
        const change = this.#unwritten;
        this.#unwritten = null;
        if (await retry(() => store.sessions.updateSession(id, change, epoch))) continue;
        this.#enterLost();
        const stored = await retry(() => store.sessions.getSession(id));
        if (stored !== null) this.#session = stored;
        notifier.notify(id, this.#session);
      }
    } finally {
      this.#writing = null;
    }
  }
}
