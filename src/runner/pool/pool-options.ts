import type { BackOffBounds } from '../../async/back-off.ts';
import type { Logger } from '../../executions/telemetry.ts';
import type { WaitLimits } from './condition.ts';
import type { ReadySandbox, StartSandbox } from './sandbox.ts';

/** How fast a pool makes sandboxes, and how long it keeps them; what differs from host to host. */
export interface Pace {
  /** Starts in flight at once while all goes well. */
  readonly maxStarting: number;
  /** The same as long as nobody waits: each takes processors from the programs that run. */
  readonly maxRefilling: number;
  /** A taken sandbox is replaced so long after the last was taken, milliseconds: its program comes first. */
  readonly refillAfterMs: number;
  /** Whether that does not hold while somebody waits: then all that is missing is started. */
  readonly refillsWhileAwaited: boolean;
  /** Ready sandboxes load more, one at a time, after so long without one being taken, milliseconds. */
  readonly prepareAfterMs: number;
  /** After failed starts. */
  readonly backOff: BackOffBounds;
  /** Failed attempts in a row after which those who wait are not started. */
  readonly maxFailures: number;
  /** A sandbox that was ready for so long is replaced, milliseconds. */
  readonly renewAfterMs: number;
  /** After so long it is discarded, replaced or not, milliseconds. */
  readonly maxIdleMs: number;
  /** One that can be given nothing for so long is discarded, milliseconds. */
  readonly maxUnresponsiveMs: number;
}

export interface PoolOptions<S extends ReadySandbox> {
  /** Which launcher its sandboxes have: `python`. */
  readonly launcher: string;
  /** What messages call one: `pod`. */
  readonly noun: string;
  /** Sandboxes kept ready; 0 creates each on demand. */
  readonly size: number;
  readonly start: StartSandbox<S>;
  readonly pace: Pace;
  /** How long a wait may last; default: as long as it takes. */
  readonly limits?: WaitLimits;
  /** Why the host cannot be used now; null when nothing is known to stand in the way. Default: it always can. */
  readonly problem?: () => string | null;
  /** Whether sandboxes may be made that nobody waits for: not while somebody waits for room. Default: always. */
  readonly mayRefill?: () => boolean;
  /** Called after every reconciliation. Must not throw. Default: nothing is done. */
  readonly onReconciled?: () => void;
  readonly logger: Logger;
}
