import { endedBy, type Settle } from './ending.ts';

/** A longer break in what is received counts, milliseconds: to read the log in a stream's place takes almost as long. */
const BREAK_MS = 5000;

/** Since when a sandbox is known to live, by a stream or its log. While the receiver makes it wait it counts as live. */
export class Liveness {
  #receivedAt = performance.now();
  #excusedAt = this.#receivedAt;
  #steadySince = this.#receivedAt;
  #logReadAt = Number.NEGATIVE_INFINITY;
  #isDoubted = false;

  /** Something was received. */
  received(): void {
    const now = performance.now();
    if (now - this.#receivedAt > BREAK_MS) this.#steadySince = now;
    this.#receivedAt = now;
  }

  /** All that the log has was handed over. */
  logRead(): void {
    this.received();
    this.#logReadAt = performance.now();
    this.#isDoubted = false;
  }

  /** When the log was read last, by the monotonic clock. */
  get logReadAt(): number {
    return this.#logReadAt;
  }

  /** A stream that is open may be dead all the same, as on a connection that has gone silent: the log is to be read. */
  doubt(): void {
    this.#isDoubted = true;
  }

  get isDoubted(): boolean {
    return this.#isDoubted;
  }

  /** Nothing can be received of any sandbox now, so that silence says nothing of this one. */
  excuse(): void {
    this.#excusedAt = performance.now();
  }

  /** For how long nothing was received, milliseconds. */
  get silentMs(): number {
    return performance.now() - this.#receivedAt;
  }

  /** The same without the time for which there is an excuse. */
  get unexcusedMs(): number {
    return performance.now() - Math.max(this.#receivedAt, this.#excusedAt);
  }

  /** For how long it has been live without a break, milliseconds. */
  get steadyMs(): number {
    return this.silentMs > BREAK_MS ? 0 : performance.now() - this.#steadySince;
  }
}

/** The min time without anything received before a run is given up, milliseconds; its program may run on meanwhile. */
const MIN_MS = 60_000;
const BEYOND_TIMEOUT_MS = 30_000;

export interface SilenceLimits {
  readonly timeoutMs: number;
  /** How long a launcher keeps an end that it cannot report, milliseconds: so long an outage of the host's may last. */
  readonly lingerMs: number;
}

/** Ends a run of which nothing was received, by any way, for longer than it could have run. */
export function endWhenSilent(
  { silentMs, unexcusedMs }: Liveness,
  { timeoutMs, lingerMs }: SilenceLimits,
  settle: Settle,
): void {
  const minMs = timeoutMs + BEYOND_TIMEOUT_MS;
  const isWithinGrace = unexcusedMs <= Math.max(MIN_MS, minMs);
  if (isWithinGrace && silentMs <= Math.max(lingerMs - MIN_MS, minMs)) return;
  settle(endedBy('INTERRUPTED', `Nothing was received from the pod for ${Math.round(silentMs / 1000)} s.`));
}
