import type { EndReason } from '../../../executions/execution.ts';

/**
 * What a pod waits for that is not ready yet.
 *
 * - `starting`: nothing, it takes its time
 * - `scheduling`: room on a node
 * - `refused`: the cluster lets it not be made (quota, policy, RuntimeClass, a template that does not fit)
 * - `image`: its image
 * - `failed`: one before it ended before it was ready
 * - `cluster`: the cluster itself, or the right to use it
 */
export type HindranceCause = 'starting' | 'scheduling' | 'refused' | 'image' | 'failed' | 'cluster';

export interface Hindrance {
  readonly cause: HindranceCause;
  /** A sentence for a person. */
  readonly message: string;
}

/** No pod came of a start. The message is a sentence for a person. */
export class StartError extends Error {
  override readonly name = 'StartError';
  readonly hindrance: Hindrance;

  constructor(hindrance: Hindrance, cause?: unknown) {
    super(hindrance.message, cause === undefined ? undefined : { cause });
    this.hindrance = hindrance;
  }
}

/** How long an execution waits for a pod that something stands in the way of, milliseconds. */
export interface WaitLimits {
  /** For its image, and for a pod that stays alive until it is ready. */
  readonly pullLimitMs: number;
  /** For room, quota or admission. */
  readonly scheduleLimitMs: number;
}

/** How a wait ends that takes too long; null: it goes on, however long. */
export function limitOf(
  cause: HindranceCause,
  { pullLimitMs, scheduleLimitMs }: WaitLimits,
): { readonly reason: EndReason; readonly limitMs: number } | null {
  switch (cause) {
    case 'image':
    case 'failed':
      return { reason: 'IMAGE_UNAVAILABLE', limitMs: pullLimitMs };
    case 'scheduling':
    case 'refused':
      return { reason: 'UNSCHEDULABLE', limitMs: scheduleLimitMs };
    case 'starting':
    case 'cluster':
      return null;
  }
}

/** Whether room that others hold would help. */
export function wantsRoom({ cause }: Hindrance): boolean {
  return cause === 'scheduling' || cause === 'refused';
}
