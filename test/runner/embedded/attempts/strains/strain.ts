import type { EndReason, Limits } from '../../../../../src/executions/execution.ts';

/** A program that would exhaust, stall or outlive something; it has a run of its own, which must end in one of these ways. */
export interface Strain {
  readonly name: string;
  readonly language: 'javascript' | 'python';
  readonly code: string;
  readonly ends: readonly EndReason[];
  readonly limits?: Partial<Limits>;
}

/** Limits that strains reach soon. */
export const SHORT = { timeoutMs: 500 };
export const SMALL = { memoryMb: 128 };
export const TERSE = { outputBytes: 100_000 };
