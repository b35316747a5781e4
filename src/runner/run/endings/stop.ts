import type { ProgramInput } from '../../../executions/run.ts';
import { cancelled, endedBy, type Settle } from './ending.ts';

/** How long a launcher that is to end its program has for that. */
export interface StopTimes {
  /** What the program has to end by itself, milliseconds. */
  readonly graceMs: number;
  /** After so long without a report of the end the run ends all the same, milliseconds. */
  readonly giveUpMs: number;
}

/** `cancel` promises a second. */
const STOP_TIMES: StopTimes = { graceMs: 250, giveUpMs: 700 };

/** Calls back when the signal aborts, at once when it has aborted already. */
export function onAbort(signal: AbortSignal, callback: () => void): Disposable {
  if (signal.aborted) callback();
  else signal.addEventListener('abort', callback, { once: true });
  return { [Symbol.dispose]: () => signal.removeEventListener('abort', callback) };
}

/** Ends a run whose program cannot go on without this process when the signal aborts. */
export function endOnStop(stop: AbortSignal, settle: Settle): Disposable {
  return onAbort(stop, () => {
    const isCancel = stop.reason === 'CANCELLED';
    settle(isCancel ? cancelled() : endedBy('INTERRUPTED', 'The service stopped while the program ran.'));
  });
}

interface CancelOrDetachOptions {
  /** What has its launcher end it. */
  readonly program: { stop(cause: string, graceMs: number): void };
  readonly settle: Settle;
  readonly detach: () => void;
  /** Default: what `cancel` promises. */
  readonly times?: StopTimes | undefined;
}

/**
 * Has a launcher end its program when the signal aborts as `CANCELLED`, and ends the run when the launcher reports nothing;
 * detaches when it aborts for another reason.
 */
export function cancelOrDetach(
  stop: AbortSignal,
  { program, settle, detach, times = STOP_TIMES }: CancelOrDetachOptions,
): Disposable {
  let timer: NodeJS.Timeout | undefined;
  const watch = onAbort(stop, () => {
    if (stop.reason !== 'CANCELLED') {
      detach();
      return;
    }
    program.stop('cancelled', times.graceMs);
    timer = setTimeout(() => settle(cancelled()), times.giveUpMs);
  });
  return {
    [Symbol.dispose]() {
      watch[Symbol.dispose]();
      clearTimeout(timer);
    },
  };
}

/**
 * Has a program interrupted as often as that is requested. Resolves when the signal is aborted.
 * @param interrupt called with the number of requests so far
 */
export async function passInterrupts(
  input: ProgramInput,
  signal: AbortSignal,
  interrupt: (requested: number) => void,
): Promise<void> {
  for (let delivered = 0; ; ) {
    const requested = await input.interrupted(delivered, signal);
    if (requested === null) return;
    delivered = requested;
    interrupt(requested);
  }
}
