import { endedBy, type Settle, timedOut } from './ending.ts';

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

interface SilenceLimits {
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

/** The launcher keeps the time limit, with a second's grace. So much later it is probed; milliseconds. */
const PROBE_AFTER_MS = 2000;
/** This much later it is ordered to stop the program. */
const STOP_AFTER_MS = 3000;
/** So much later one that has not responded to the probe is given up: a fork bomb leaves it no processor. */
const UNRESPONSIVE_AFTER_MS = 5000;
/** So much later one that responds is given up. */
export const GIVE_UP_AFTER_MS = 8000;
/** How often one that does not respond is polled, milliseconds. */
const POLL_INTERVAL_MS = 500;
/** How long a launcher that could not be reached has to report an end that came in time, milliseconds. */
const REPORT_MS = 4000;

/** What it takes to end a program by its launcher, and to know whether that still responds. */
interface OverdueSession {
  readonly attached: boolean;
  readonly paused: boolean;
  /** By the monotonic clock. */
  readonly lastReceivedAt: number;
  readonly program: { stop(cause: string, graceMs: number): void };
  probe(): void;
}

/**
 * Ends a run from outside whose launcher does not keep the time limit, unless disposed. While nothing can be received
 * from the launcher the program may well have ended in time: then it is another's to give the run up. That a stream is open
 * proves nothing: a response does, or the log, which has an end that was reported.
 *
 * @param agoMs the min time it has been running
 */
export function endWhenOverdue(
  timeoutMs: number,
  agoMs: number,
  session: OverdueSession,
  liveness: Liveness,
  settle: Settle,
): Disposable {
  const leftMs = timeoutMs - agoMs;
  const timers = new Map<string, NodeJS.Timeout>();
  const schedule = (name: string, ms: number, callback: () => void): void => {
    timers.set(name, setTimeout(callback, Math.max(0, ms)));
  };
  let probedAt = Number.POSITIVE_INFINITY;
  let stoppedAt = Number.POSITIVE_INFINITY;
  const hasResponded = (): boolean => session.lastReceivedAt >= probedAt;

  const onUnresponsive = (): void => {
    // One that responds has until the end, and so has one that cannot be reached.
    if (hasResponded() || !session.attached) return;
    if (liveness.logReadAt >= stoppedAt && !session.paused) settle(timedOut(timeoutMs));
    else {
      liveness.doubt();
      schedule('unresponsive', POLL_INTERVAL_MS, onUnresponsive);
    }
  };
  const responseMs = GIVE_UP_AFTER_MS - STOP_AFTER_MS;
  const onGiveUp = (): void => {
    const isLive = hasResponded() || liveness.logReadAt >= stoppedAt;
    if (!isLive) liveness.doubt();
    // While it is paused an end that was reported in time has to wait.
    const mayHaveEnded = !isLive || session.paused || liveness.steadyMs < REPORT_MS;
    if (mayHaveEnded) schedule('give up', responseMs, onGiveUp);
    else settle(timedOut(timeoutMs));
  };

  schedule('probe', leftMs + PROBE_AFTER_MS, () => {
    probedAt = performance.now();
    session.probe();
  });
  schedule('stop', leftMs + STOP_AFTER_MS, () => {
    stoppedAt = performance.now();
    session.program.stop('timeout', 0);
    if (!hasResponded()) liveness.doubt();
    schedule('unresponsive', UNRESPONSIVE_AFTER_MS - STOP_AFTER_MS, onUnresponsive);
  });
  // Of one whose time was over before it is followed here nothing is known yet.
  schedule('give up', Math.max(responseMs, leftMs + GIVE_UP_AFTER_MS), onGiveUp);
  return {
    [Symbol.dispose]() {
      for (const timer of timers.values()) clearTimeout(timer);
    },
  };
}
