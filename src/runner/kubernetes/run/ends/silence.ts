import { endedBy, type Settle } from '../../../ends/ending.ts';
import { LINGER_MS } from '../../job/launchers.ts';
import type { Pod } from '../../pods/pod.ts';
import type { Contact } from '../contact.ts';

/** The least time nothing may be heard of a pod before it is given up, milliseconds; its program may run on meanwhile. */
const LEAST_MS = 60_000;
const BEYOND_TIMEOUT_MS = 30_000;
/** The same as long as the cluster itself cannot be reached: a launcher keeps what it has to tell for LINGER_MS. */
const LEAST_UNREACHABLE_MS = LINGER_MS - LEAST_MS;

/**
 * Ends a run of which nothing was heard for longer than it could have run, neither over a stream nor from the log. A pod
 * that is known to have ended has its own end.
 */
export function endInSilence(
  pod: Pod,
  { silentMs, unexcusedMs }: Contact,
  timeoutMs: number,
  settle: Settle,
): void {
  const leastMs = timeoutMs + BEYOND_TIMEOUT_MS;
  const isPatient = unexcusedMs <= Math.max(LEAST_MS, leastMs);
  if (isPatient && silentMs <= Math.max(LEAST_UNREACHABLE_MS, leastMs)) return;
  const { state } = pod.observe();
  if (state === 'ended' || state === 'gone') return;
  settle(endedBy('INTERRUPTED', `Nothing was heard of the pod for ${Math.round(silentMs / 1000)} s.`));
}
