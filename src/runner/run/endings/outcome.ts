import type { RunEnd } from '../../../executions/run.ts';
import type { RunOutcome } from '../../../executions/runner.ts';
import { endedBy, type Settle } from './ending.ts';

/** Of a run in a sandbox whose program has certainly not been started. */
export interface Unstarted {
  readonly kind: 'notStarted';
  /** Why, a sentence. */
  readonly message: string;
  /** How the sandbox ended that had been given the program; null when it had not been given it. */
  readonly sandboxEnd: RunEnd | null;
}

/** What came of a run in one sandbox: a `RunOutcome` that says more of what was not started. */
export type SandboxOutcome = Exclude<RunOutcome, { kind: 'notStarted' }> | Unstarted;

/** What a wait for a sandbox gives. */
export type Waited<S> = { readonly kind: 'ready'; readonly sandbox: S } | SandboxOutcome;

/** Leaves the program without an end, unless there is an outcome already. */
export type Leave = (outcome: Exclude<SandboxOutcome, { kind: 'ended' }>) => void;

export const DETACHED = { kind: 'detached' } as const;

export function ended(end: RunEnd): { readonly kind: 'ended'; readonly end: RunEnd } {
  return { kind: 'ended', end };
}

/** @param message why, a sentence */
export function notStarted(message: string, sandboxEnd: RunEnd | null = null): Unstarted {
  return { kind: 'notStarted', message, sandboxEnd };
}

/** What comes of a run that was stopped before its start: cancelled, it has ended; else it goes back to the queue. */
export function stoppedBeforeStart(stop: AbortSignal): SandboxOutcome {
  if (stop.reason !== 'CANCELLED') return notStarted('Stopped before it was started.');
  return ended(endedBy('CANCELLED', 'Cancelled before it started.'));
}

/** Keeps the first outcome of several causes. */
export class FirstOutcome {
  readonly first: Promise<SandboxOutcome>;
  readonly settle: Settle;
  readonly leave: Leave;

  constructor() {
    const { promise, resolve } = Promise.withResolvers<SandboxOutcome>();
    this.first = promise;
    this.settle = (end) => resolve(ended(end));
    this.leave = resolve;
  }
}
