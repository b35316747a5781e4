import type { EndReason, Limits } from '../../../src/executions/execution.ts';

/**
 * A program that turns on what runs it. Each is an execution of its own; what it did is judged from outside. Its first
 * argument is a word that nobody else has: whatever it forges holds it.
 */
export interface Attempt {
  readonly name: string;
  /** It says `made` once it has done what it is named for, if that leaves it able to. One that ends itself exits with 3. */
  readonly code: string;
  /** How it may end. */
  readonly ends: readonly EndReason[];
  /** It can tell lies of its own end: exit codes of it mean nothing. */
  readonly lies?: boolean;
  /** What its record must say. */
  readonly tells?: RegExp;
  readonly limits?: Partial<Limits>;
}

/** For those that only a limit ends. */
export const SHORT = { timeoutMs: 1500 };
/** Far more than those take that end by themselves: running into it is a failure. */
export const LONG = { timeoutMs: 25_000 };
