import { RunnerDetachedError } from '../../../../executions/errors.ts';
import type { Leave } from '../../../ends/ending.ts';

/**
 * Lets go of a program without touching its pod, given or not: the record names the pod, so that another process may give
 * it the program, or has.
 */
export function letGo(leave: Leave): void {
  leave(detached());
}

/** What a run rejects with that is let go of. */
export function detached(): RunnerDetachedError {
  return new RunnerDetachedError('The service stopped; its pod is left to whoever takes the program over.');
}
