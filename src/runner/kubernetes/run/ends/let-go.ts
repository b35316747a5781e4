import { RunnerDetachedError, RunnerNotReadyError } from '../../../../executions/errors.ts';
import type { Leave } from './ending.ts';

/** Lets go of a program without touching it; one that was never given goes back to the queue. */
export function letGo(wasGiven: boolean, leave: Leave): void {
  leave(
    wasGiven
      ? new RunnerDetachedError('The service stopped; the program goes on.')
      : new RunnerNotReadyError('Stopped before it was started.'),
  );
}
