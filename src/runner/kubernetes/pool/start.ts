import type { Hindrance } from './hindrance.ts';

/** A pod that is ready, or was, and serves one execution at the most. */
export interface ReadyPod {
  /** Whether a program can be given to it now: it lives, and its stream is open. */
  readonly canServe: boolean;
  /** Settles when it can never serve again; never rejects. */
  readonly ended: Promise<unknown>;
  /** Gives it back, dead or alive: what is held for it here is released, its Job is deleted in the background. */
  discard(): void;
}

/** A pod that is getting ready. */
export interface StartingPod<P extends ReadyPod> {
  /** Rejects with a `StartError` when nothing comes of it, also after `abandon`. */
  readonly ready: Promise<P>;
  /** What it waits for; null when nothing is known yet. */
  readonly hindrance: Hindrance | null;
  /** Gives it up, wherever it is: its Job is deleted in the background. */
  abandon(): void;
}

/** Begins a pod; `changed` is called when its `hindrance` has changed. */
export type StartPod<P extends ReadyPod> = (changed: () => void) => StartingPod<P>;
