import type { EndReason } from '../../../executions/execution.ts';

/** Why a run ended. */
export interface Ending {
  readonly reason: EndReason;
  readonly exitCode: number | null;
  readonly signal: string | null;
  /** One sentence for a person; null when there is nothing to add. */
  readonly message: string | null;
}

export type Settle = (ending: Ending) => void;

/** An end that is not the program's own doing. */
export function endedBy(reason: EndReason, message: string | null): Ending {
  return { reason, exitCode: null, signal: null, message };
}

/** Keeps the first of several endings. */
export class FirstEnding {
  readonly first: Promise<Ending>;
  #settle: (ending: Ending) => void = () => undefined;

  constructor() {
    this.first = new Promise((resolve) => {
      this.#settle = resolve;
    });
  }

  /** Records the ending unless there is one already. */
  readonly settle: Settle = (ending) => this.#settle(ending);
}
