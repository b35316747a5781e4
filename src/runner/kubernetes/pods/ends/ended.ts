import type { V1ContainerStateTerminated, V1Job, V1Pod } from '@kubernetes/client-node';
import { diagnoseDisruption } from './disruption.ts';
import { type End, end } from './end.ts';
import { diagnoseNeverRan } from './never-ran.ts';

/**
 * How a pod ended, or is about to, as far as its own and its Job's status tell.
 * @param pod undefined: nothing is known of it
 * @param job null: it is not there; undefined: nothing is known of it
 */
export function diagnoseEnd(pod: V1Pod | undefined, job: V1Job | null | undefined): End {
  const terminated = pod?.status?.containerStatuses?.[0]?.state?.terminated;
  if (terminated?.reason === 'OOMKilled') return end('OUT_OF_MEMORY', 'Its container ran out of memory.');
  return (
    diagnoseNeverRan(pod) ??
    diagnoseDisruption(pod) ??
    diagnoseJobEnd(job) ??
    (pod?.metadata?.deletionTimestamp ? end('INTERRUPTED', 'Its pod was deleted.') : null) ??
    (terminated ? end('INTERRUPTED', tellExit(terminated)) : end('INTERRUPTED', 'Its pod is gone.'))
  );
}

function diagnoseJobEnd(job: V1Job | null | undefined): End | null {
  if (job && hasMissedDeadline(job)) return end('TIMED_OUT', "It ran into its Job's deadline.");
  if (job === null || job?.metadata?.deletionTimestamp) return end('INTERRUPTED', 'Its Job was deleted.');
  return null;
}

/** Whether Kubernetes ends it, or has, because it was there for too long. */
export function hasMissedDeadline(job: V1Job): boolean {
  return (job.status?.conditions ?? []).some(
    ({ type, status, reason }) =>
      (type === 'Failed' || type === 'FailureTarget') && status === 'True' && reason === 'DeadlineExceeded',
  );
}

function tellExit({ exitCode, signal }: V1ContainerStateTerminated): string {
  const number = signal ?? (exitCode > 128 && exitCode < 160 ? exitCode - 128 : 0);
  const how = number > 0 ? `was ended by signal ${number}` : `ended with exit code ${exitCode}`;
  return `Its launcher ${how} and told nothing of the program's end.`;
}
