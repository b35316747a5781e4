import type { EndReason } from '../../../../executions/execution.ts';

/** How a pod ended, for when its launcher did not tell. */
export interface End {
  readonly reason: EndReason;
  /** One sentence for a person. */
  readonly message: string;
}

/** @param message one sentence for a person */
export function end(reason: EndReason, message: string): End {
  return { reason, message };
}
