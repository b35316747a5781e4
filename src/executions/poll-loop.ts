import { allSettledWithin } from '../async/timeout.ts';

/**
 * The interval while writes are not notified, milliseconds. With up to 200 ms until a chunk is stored, and a read before
 * and after the poll, viewers see a print within 400 ms.
 */
const POLL_INTERVAL_MS = 50;
/** The interval while writes are notified, milliseconds: for notifications that went missing. */
const NOTIFIED_POLL_INTERVAL_MS = 1000;
/** A poll that takes longer, milliseconds, is not waited for: one connection that hangs must not stop the loop. */
const MAX_POLL_MS = 2500;
/** How long notifications are gathered for one poll, milliseconds. */
const GATHER_MS = 5;

/** What to poll: these executions, or everything. */
export type Scope = ReadonlySet<string> | 'everything';

/**
 * Polls what other processes write. It is in one of two modes:
 *
 * - *polling*, the mode it starts in: polls everything each `POLL_INTERVAL_MS`.
 * - *notified*, while `setNotified(true)`: polls what `notify` named, and everything each `NOTIFIED_POLL_INTERVAL_MS`.
 *
 * A change of mode and a poll that failed make the next poll one of everything. A notification only says what to poll,
 * so a lost one delays what it was about and loses nothing.
 *
 * What must stay true: at most one poll is waited for at a time; nothing is polled after disposal.
 */
export class PollLoop implements AsyncDisposable {
  readonly #poll: (scope: Scope) => Promise<void>;
  #isNotified = false;
  #notified = new Set<string>();
  /** When everything was last polled successfully, by the monotonic clock. */
  #everythingAt = Number.NEGATIVE_INFINITY;
  #timer: NodeJS.Timeout | null = null;
  /** Null between two polls. */
  #polling: Promise<void> | null = null;
  #closed = false;

  /** @param poll may reject: everything is polled again then */
  constructor(poll: (scope: Scope) => Promise<void>) {
    this.#poll = poll;
    this.#pollIn(POLL_INTERVAL_MS);
  }

  /** Something may have happened to this execution. */
  notify(id: string): void {
    this.#notified.add(id);
    // During a poll the next one comes right after it.
    if (this.#notified.size === 1 && !this.#polling) this.#pollIn(GATHER_MS);
  }

  /** Whether every write is notified from now on. What was written before is found by polling everything. */
  setNotified(isNotified: boolean): void {
    this.#isNotified = isNotified;
    this.#everythingAt = Number.NEGATIVE_INFINITY;
    if (!this.#polling) this.#pollIn(GATHER_MS);
  }

  /** Waits for the poll under way. */
  async [Symbol.asyncDispose](): Promise<void> {
    this.#closed = true;
    if (this.#timer) clearTimeout(this.#timer);
    await this.#polling;
  }

  #pollIn(ms: number): void {
    if (this.#timer) clearTimeout(this.#timer);
    if (this.#closed) return;
    this.#timer = setTimeout(() => {
      this.#polling = this.#pollNow().finally(() => {
        this.#polling = null;
        this.#pollIn(this.#notified.size > 0 ? GATHER_MS : POLL_INTERVAL_MS);
      });
    }, ms).unref();
  }

  async #pollNow(): Promise<void> {
    const now = performance.now();
    const notified = this.#notified;
    this.#notified = new Set();
    const isDue = !this.#isNotified || now - this.#everythingAt >= NOTIFIED_POLL_INTERVAL_MS;
    if (!isDue && notified.size === 0) return;
    if (isDue) this.#everythingAt = now;
    const poll = this.#poll(isDue ? 'everything' : notified).catch(() => {
      this.#everythingAt = Number.NEGATIVE_INFINITY;
    });
    await allSettledWithin(MAX_POLL_MS, [poll]);
  }
}
