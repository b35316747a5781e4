import { availableParallelism } from 'node:os';
import { type Condition, StartError } from '../pool/condition.ts';
import type { Pace } from '../pool/pool-options.ts';
import type { ReadySandbox, StartingSandbox } from '../pool/sandbox.ts';

/** Sandboxes that get ready at once: more would only make each slower. */
const STARTING = Math.max(2, availableParallelism());

/** How fast sandboxes are started on this machine; they are kept as long as they live. */
export const SANDBOX_PACE: Pace = {
  maxStarting: STARTING,
  maxRefilling: STARTING,
  refillAfterMs: 20,
  refillsWhileAwaited: true,
  prepareAfterMs: 100,
  backOff: { firstMs: 200, maxMs: 30_000 },
  maxFailures: 3,
  renewAfterMs: Number.POSITIVE_INFINITY,
  maxIdleMs: Number.POSITIVE_INFINITY,
  maxUnresponsiveMs: Number.POSITIVE_INFINITY,
};

/** A sandbox of this machine that is getting ready. */
export interface BegunSandbox extends ReadySandbox {
  /** Rejects when it ended before it was ready. */
  readonly ready: Promise<void>;
  kill(): void;
}

/** What a pool is told of a sandbox that was begun, or is about to be. */
export function starting<S extends BegunSandbox>(
  begun: S | Promise<S>,
  conditionOf: () => Condition | null = () => null,
): StartingSandbox<S> {
  return {
    ready: untilReady(begun),
    get condition() {
      return conditionOf();
    },
    cancel() {
      // What fails to begin needs no end.
      Promise.resolve(begun).then(
        (sandbox) => sandbox.kill(),
        () => undefined,
      );
    },
  };
}

async function untilReady<S extends BegunSandbox>(begun: S | Promise<S>): Promise<S> {
  try {
    const sandbox = await begun;
    await sandbox.ready;
    return sandbox;
  } catch (cause) {
    const message = cause instanceof Error ? cause.message : String(cause);
    throw new StartError({ type: 'failed', message }, cause);
  }
}
