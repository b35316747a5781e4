import type { V1Job } from '@kubernetes/client-node';
import { EXECUTION, OWNER } from '../job/labels.ts';

/** Finished and never given an execution: of another process, milliseconds after its end. */
const OF_OTHERS_MS = 2 * 60_000;
/** The same, whoever made it. */
const OF_ANYONE_MS = 10 * 60_000;
/**
 * Never ran, for so long after it was made, milliseconds: its process is gone, so that nobody gives it up. One that still
 * wants it makes another.
 */
const STUCK_MS = 15 * 60_000;

/**
 * Jobs that nobody will ever ask for again: warm ones that have ended. Those of executions are removed by whoever keeps
 * their records. Warm ones of a process that is gone end by themselves: their launcher exits when nobody speaks to it.
 * @param owner id of this process
 * @param now milliseconds since 1970
 */
export function stale(jobs: readonly V1Job[], owner: string, now: number): string[] {
  return jobs
    .filter((job) => {
      const { labels, name, deletionTimestamp, creationTimestamp } = job.metadata ?? {};
      if (!name || labels?.[EXECUTION] || deletionTimestamp) return false;
      const ended = endOf(job);
      const isOwn = labels?.[OWNER] === owner;
      if (ended === null) return !isOwn && neverRan(job) && now - timeOf(creationTimestamp, now) > STUCK_MS;
      return now - ended > (isOwn ? OF_ANYONE_MS : OF_OTHERS_MS);
    })
    .map(({ metadata }) => metadata?.name ?? '');
}

function neverRan({ status }: V1Job): boolean {
  return (status?.ready ?? 0) === 0;
}

function endOf({ status }: V1Job): number | null {
  const end = status?.conditions?.find(
    ({ type, status: is }) => (type === 'Complete' || type === 'Failed') && is === 'True',
  );
  return end ? timeOf(end.lastTransitionTime, 0) : null;
}

function timeOf(time: Date | string | undefined, without: number): number {
  return time ? new Date(time).getTime() : without;
}
