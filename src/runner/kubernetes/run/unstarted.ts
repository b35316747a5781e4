import { RunnerNotReadyError } from '../../../executions/errors.ts';
import type { Ending } from '../../ends/ending.ts';

/** Thrown when a pod has ended that certainly did not start the program. */
export class UnstartedError extends RunnerNotReadyError {
  /** How the pod ended that had been given the program; null when it had not been. */
  readonly ending: Ending | null;

  constructor(message: string, ending: Ending | null) {
    super(message);
    this.ending = ending;
  }
}
