import type { EndReason } from '../../executions/execution.ts';

/**
 * What a sandbox waits for that is not ready yet.
 *
 * - `starting`: nothing, it takes its time
 * - `preparing`: what all of its kind start from is being made
 * - `scheduling`: room on a node
 * - `refused`: the host lets it not be made (quota, policy, RuntimeClass, a template that does not fit)
 * - `image`: its image, or its launcher's ConfigMap
 * - `failed`: one before it ended before it was ready
 * - `cluster`: the cluster itself, or the right to use it
 */
export type ConditionType =
  | 'starting'
  | 'preparing'
  | 'scheduling'
  | 'refused'
  | 'image'
  | 'failed'
  | 'cluster';

export interface Condition {
  readonly type: ConditionType;
  /** A sentence for a person. */
  readonly message: string;
}

/** No sandbox came of a start. The message is a sentence for a person. */
export class StartError extends Error {
  override readonly name = 'StartError';
  readonly condition: Condition;

  constructor(condition: Condition, cause?: unknown) {
    super(condition.message, cause === undefined ? undefined : { cause });
    this.condition = condition;
  }
}

/** How long an execution waits for a sandbox that a condition keeps from getting ready, milliseconds. */
export interface WaitLimits {
  /** For its image, and for a sandbox that stays alive until it is ready. */
  readonly pullLimitMs: number;
  /** For room, quota or admission. */
  readonly scheduleLimitMs: number;
}

/** How a wait ends that takes too long; null: it goes on, however long. */
export function limitOf(
  type: ConditionType,
  limits: WaitLimits | null,
): { readonly reason: EndReason; readonly limitMs: number } | null {
  if (limits === null) return null;
  switch (type) {
    case 'image':
    case 'failed':
      return { reason: 'IMAGE_UNAVAILABLE', limitMs: limits.pullLimitMs };
    case 'scheduling':
    case 'refused':
      return { reason: 'UNSCHEDULABLE', limitMs: limits.scheduleLimitMs };
    case 'starting':
    case 'preparing':
    case 'cluster':
      return null;
  }
}

/** Whether room that others hold would help. */
export function isUnschedulable({ type }: Condition): boolean {
  return type === 'scheduling' || type === 'refused';
}
