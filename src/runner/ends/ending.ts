import type { EndReason } from '../../executions/execution.ts';

/** Why a run ended. */
export interface Ending {
  readonly reason: EndReason;
  readonly exitCode: number | null;
  readonly signal: string | null;
  /** One sentence for a person; null when there is nothing to add. */
  readonly message: string | null;
}

/** Records an ending unless there is one already. */
export type Settle = (ending: Ending) => void;
/** Ends nothing: the promise of the run rejects with the error. */
export type Leave = (error: Error) => void;

/** An end that is not the program's own doing. */
export function endedBy(reason: EndReason, message: string | null): Ending {
  return { reason, exitCode: null, signal: null, message };
}

/** Keeps the first of several endings, or of the reasons to let go of the program. */
export class FirstEnding {
  readonly first: Promise<Ending>;
  readonly settle: Settle;
  readonly leave: Leave;

  constructor() {
    const { promise, resolve, reject } = Promise.withResolvers<Ending>();
    this.first = promise;
    this.settle = resolve;
    this.leave = reject;
  }
}
