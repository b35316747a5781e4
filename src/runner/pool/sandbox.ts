import type { Condition } from './condition.ts';

/** A sandbox that is ready, or was, and serves one execution at most. */
export interface ReadySandbox {
  /** Whether a program can be given to it now. */
  readonly canServe: boolean;
  /** Settles when it can never serve again; never rejects. */
  readonly ended: Promise<unknown>;
  /** Whether it can load more while it waits; default: not. */
  readonly canPrepare?: boolean;
  /** Loads more; called at most once. */
  prepare?(): void;
  /** Releases it, dead or alive, and all that is held for it; what takes time is done in the background. */
  discard(): void;
}

/** A sandbox that is getting ready. */
export interface StartingSandbox<S extends ReadySandbox> {
  /** Rejects, with a `StartError` where more is known, when nothing comes of it, also after `cancel`. */
  readonly ready: Promise<S>;
  /** What it waits for; null when nothing is known yet. */
  readonly condition: Condition | null;
  /** Gives it up, wherever it is. */
  cancel(): void;
}

/**
 * Begins a sandbox; null while there may be no more of them, until the pool is reconciled. `changed` is called when its
 * `condition` has changed. Must not throw.
 */
export type StartSandbox<S extends ReadySandbox> = (changed: () => void) => StartingSandbox<S> | null;
