import { RunnerDetachedError, RunnerNotReadyError } from '../../../../executions/errors.ts';
import type { Leave } from '../../../ends/ending.ts';

/**
 * Lets go of a program without touching it. One that was never given goes back to the queue, unless it is another
 * process's: that one may have given it.
 */
export function letGo(wasGiven: boolean, stop: AbortSignal, leave: Leave): void {
  const isOthers = stop.aborted && stop.reason === 'LOST';
  leave(
    wasGiven || isOthers
      ? new RunnerDetachedError('The service stopped; the program goes on.')
      : new RunnerNotReadyError('Stopped before it was started.'),
  );
}
