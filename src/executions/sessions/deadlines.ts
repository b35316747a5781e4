import { DueTimer } from '../../async/due-timer.ts';
import type { Session, SessionEndReason } from './session.ts';

/**
 * The times at which a session ends by itself, from construction until it is disposed; by this process's monotonic clock
 * once it holds it.
 */
export class SessionDeadlines implements Disposable {
  readonly #idle: DueTimer;
  readonly #lifetime: DueTimer;

  /** @param end called at a deadline; must not throw */
  constructor(
    { idleTimeoutMs, lifetimeMs, createdAt }: Pick<Session, 'idleTimeoutMs' | 'lifetimeMs' | 'createdAt'>,
    end: (reason: SessionEndReason, message: string) => void,
  ) {
    this.#idle = new DueTimer(() =>
      end('IDLE_TIMEOUT', `Nothing ran in it for ${describeMs(idleTimeoutMs)}, its idle limit.`),
    );
    this.#lifetime = new DueTimer(() =>
      end('LIFETIME', `It has lived for ${describeMs(lifetimeMs)}, as long as a session may.`),
    );
    this.#lifetime.set(performance.now() + remainingMs(createdAt, lifetimeMs));
  }

  /** Nothing has run in it since it was used last. */
  used({ idleTimeoutMs, lastUsedAt }: Pick<Session, 'idleTimeoutMs' | 'lastUsedAt'>): void {
    this.busy();
    this.#idle.set(performance.now() + remainingMs(lastUsedAt, idleTimeoutMs));
  }

  /** Something runs in it: it does not become idle. */
  busy(): void {
    this.#idle[Symbol.dispose]();
  }

  [Symbol.dispose](): void {
    this.#idle[Symbol.dispose]();
    this.#lifetime[Symbol.dispose]();
  }
}

/** What is left of a time that another process may have begun, by its clock: no more than all of it. Milliseconds. */
function remainingMs(since: number, ms: number): number {
  return Math.min(ms, Math.max(0, since + ms - Date.now()));
}

/** `10 min`, `90 s`, `250 ms`. */
function describeMs(ms: number): string {
  if (ms >= 60_000 && ms % 60_000 === 0) return `${ms / 60_000} min`;
  return ms >= 1000 ? `${ms / 1000} s` : `${ms} ms`;
}
