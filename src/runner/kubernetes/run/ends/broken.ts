import { RunnerNotReadyError } from '../../../../executions/errors.ts';
import { endedBy, type Leave, type Settle } from '../../../ends/ending.ts';

/** Ends a run whose launcher was given up; one that was never given the program has not started it. */
export function endBroken(reason: string, wasGiven: boolean, settle: Settle, leave: Leave): void {
  if (wasGiven) settle(endedBy('INTERRUPTED', reason));
  else leave(new RunnerNotReadyError(reason));
}
