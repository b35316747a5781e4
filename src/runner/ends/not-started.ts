import { RunnerNotReadyError } from '../../executions/errors.ts';
import type { RunEnd } from '../../executions/runner.ts';
import { type Ending, endedBy } from './ending.ts';

/** The end of a run whose program has certainly not been started. */
export function notStarted(ending: Ending): RunEnd {
  return { ...ending, usage: null, outputTruncated: false };
}

/**
 * The end of a run that was stopped before its start: cancelled, it has ended.
 * @throws RunnerNotReadyError when it was stopped for another reason: it goes back to the queue
 */
export function stoppedBeforeStart(stop: AbortSignal): RunEnd {
  if (stop.reason !== 'CANCELLED') throw new RunnerNotReadyError('Stopped before it was started.');
  return notStarted(endedBy('CANCELLED', 'Cancelled before it started.'));
}
