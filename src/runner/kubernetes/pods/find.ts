import type { V1Pod } from '@kubernetes/client-node';
import { RunnerDetachedError } from '../../../executions/errors.ts';
import { backoffMs } from '../../backoff.ts';
import { pause } from '../../pause.ts';
import type { Cluster } from '../cluster.ts';

const BOUNDS = { firstMs: 250, longestMs: 5000 };

/**
 * The pod of that name and uid, or null when it is certainly not there. A cluster that cannot say is asked again until it
 * can: a failed read is no answer.
 * @throws RunnerDetachedError when `given` aborts before
 */
export async function findPod(
  cluster: Cluster,
  { name, uid }: { readonly name: string; readonly uid: string },
  given: AbortSignal,
): Promise<V1Pod | null> {
  for (let failures = 0; !given.aborted; ) {
    const watched = cluster.pods.get(name);
    if (watched?.metadata?.uid === uid) return watched;
    try {
      const read = await cluster.getPod(name);
      return read?.metadata?.uid === uid ? read : null;
    } catch {
      failures += 1;
      await pause(backoffMs(failures, BOUNDS), given);
    }
  }
  throw new RunnerDetachedError('Let go of before its pod could be found.');
}
