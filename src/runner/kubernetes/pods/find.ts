import type { V1Pod } from '@kubernetes/client-node';
import { RunnerDetachedError } from '../../../executions/errors.ts';
import { pause } from '../api/backoff.ts';
import type { Cluster } from '../cluster.ts';

const FIRST_MS = 250;
const LONGEST_MS = 5000;

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
  for (let pauseMs = FIRST_MS; !given.aborted; pauseMs = Math.min(LONGEST_MS, pauseMs * 2)) {
    const watched = cluster.pods.get(name);
    if (watched?.metadata?.uid === uid) return watched;
    try {
      const read = await cluster.getPod(name);
      return read?.metadata?.uid === uid ? read : null;
    } catch {
      await pause(pauseMs * (0.75 + Math.random() / 2), given);
    }
  }
  throw new RunnerDetachedError('Let go of before its pod could be found.');
}
