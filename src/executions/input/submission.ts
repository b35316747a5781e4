import type { Label, Limits, Payload } from '../execution.ts';

/** A submission that has been checked and decoded, with every default filled in. */
export interface Submission {
  readonly code: string;
  readonly language: string;
  readonly fileName: string;
  readonly args: readonly string[];
  readonly limits: Limits;
  readonly labels: readonly Label[];
  readonly payload: Payload;
  readonly idempotencyKey: string | null;
  /** Null without a key. */
  readonly inputHash: string | null;
}
