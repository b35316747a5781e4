import type { Pod } from '../../pods/pod.ts';
import { endedBy, type Settle } from './ending.ts';

/** The least time nothing may be heard of a pod before it is given up, milliseconds; its program may run on meanwhile. */
const LEAST_MS = 60_000;
const BEYOND_TIMEOUT_MS = 30_000;

/**
 * Ends a run of which nothing was heard for longer than it could have run, neither over a stream nor from the log. A pod
 * that is known to have ended has its own end.
 */
export function endInSilence(pod: Pod, silentMs: number, timeoutMs: number, settle: Settle): void {
  if (silentMs <= Math.max(LEAST_MS, timeoutMs + BEYOND_TIMEOUT_MS)) return;
  const { state } = pod.observe();
  if (state === 'ended' || state === 'gone') return;
  settle(endedBy('INTERRUPTED', `Nothing was heard of the pod for ${Math.round(silentMs / 1000)} s.`));
}
