import type { V1Job } from '@kubernetes/client-node';
import { UnavailableError } from '../../../executions/errors.ts';
import type { Logger } from '../../../executions/telemetry.ts';
import type { Cluster } from '../cluster.ts';
import { EXECUTION, OWNER, SESSION } from '../job/mandatory.ts';
import type { RetryQueue } from './retry-queue.ts';

const GARBAGE_INTERVAL_MS = 60_000;
/** A Job is labelled this long after it was given its program, milliseconds: that comes first, and a short one is gone by then. */
const LABEL_AFTER_MS = 500;

export interface JobsOptions {
  readonly cluster: Cluster;
  readonly retryQueue: RetryQueue;
  /** Id of this process. */
  readonly owner: string;
  /** Called when a Job was deleted. */
  readonly freed: () => void;
  readonly logger: Logger;
}

/** The label that says what a Job serves. */
type ServedBy = typeof EXECUTION | typeof SESSION;

/** What becomes of Jobs once they are made: they get their execution's label and are deleted; garbage collection deletes what is left over. */
export class Jobs implements Disposable {
  readonly #options: JobsOptions;
  readonly #timer: NodeJS.Timeout;
  /** That were deleted, or are being, from here. */
  readonly #deleted = new Set<string>();
  readonly #labelling = new Map<string, { readonly timer: NodeJS.Timeout; readonly write: () => void }>();

  constructor(options: JobsOptions) {
    this.#options = options;
    this.#timer = setInterval(() => this.collectGarbage(), GARBAGE_INTERVAL_MS).unref();
  }

  /** Writes on it which execution or session it serves, soon and in the background. */
  label(name: string, id: string, what: ServedBy = EXECUTION): void {
    const { cluster, retryQueue } = this.#options;
    const known = cluster.jobs.get(name)?.metadata?.labels;
    if (known?.[what] === id) return;
    const write = (): void => {
      this.#labelling.delete(name);
      void retryQueue.add('labelling a Job', async () => {
        if (!this.#deleted.has(name)) await cluster.labelJob(name, { [what]: id });
      });
    };
    this.#labelling.set(name, { timer: setTimeout(write, LABEL_AFTER_MS).unref(), write });
  }

  /** Ids of executions, or sessions, that a Job is there for. */
  listAllocations(what: ServedBy = EXECUTION): readonly string[] {
    const ids = this.#ours().map(({ metadata }) => metadata?.labels?.[what]);
    return [...new Set(ids.filter((id) => id !== undefined))];
  }

  /** Deletes it in the background; resolves when that worked or was given up. */
  async delete(name: string): Promise<void> {
    let isDone = false;
    await this.#options.retryQueue.add('deleting a Job', async () => {
      await this.#delete(name);
      isDone = true;
    });
    // Given up: garbage collection may find it.
    if (!isDone) this.#deleted.delete(name);
  }

  /**
   * Deletes what there is for an execution or session, by its label and by these names. What fails is repeated in the
   * background.
   * @throws UnavailableError when it failed at first
   */
  async deleteOf(
    id: string,
    known: readonly (string | null | undefined)[],
    what: ServedBy = EXECUTION,
  ): Promise<void> {
    const labelled = this.#ours()
      .filter(({ metadata }) => metadata?.labels?.[what] === id)
      .map(({ metadata }) => metadata?.name);
    const names = new Set([...labelled, ...known].filter((name) => typeof name === 'string'));
    for (const name of names) {
      try {
        await this.#delete(name);
      } catch (cause) {
        void this.delete(name);
        const why = cause instanceof Error ? cause.message : String(cause);
        throw new UnavailableError(`The Job ${name} could not be deleted: ${why}`, { cause });
      }
    }
  }

  /** Deletes Jobs that nothing needs any more. */
  collectGarbage(): void {
    const { cluster, owner, logger } = this.#options;
    if (!cluster.jobs.synced || cluster.problem !== null) return;
    for (const name of this.#deleted) if (!cluster.jobs.get(name)) this.#deleted.delete(name);
    for (const name of garbageOf(cluster.jobs.list(), owner, Date.now())) {
      if (this.#deleted.has(name)) continue;
      logger.info({ job: name }, 'a Job that nothing needs any more is deleted');
      void this.delete(name);
    }
  }

  /** Labels at once what was to be labelled soon: garbage collection must not take it for one that no execution got. */
  [Symbol.dispose](): void {
    clearInterval(this.#timer);
    for (const { timer, write } of [...this.#labelling.values()]) {
      clearTimeout(timer);
      write();
    }
  }

  #ours(): readonly V1Job[] {
    return this.#options.cluster.jobs.list().filter(({ metadata }) => !metadata?.deletionTimestamp);
  }

  async #delete(name: string): Promise<void> {
    clearTimeout(this.#labelling.get(name)?.timer);
    this.#labelling.delete(name);
    this.#deleted.add(name);
    await this.#options.cluster.deleteJob(name);
    this.#options.freed();
  }
}

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
 * Jobs that nothing will need again: warm ones that have ended. Those of executions and sessions are removed by the owner
 * of their records. Warm ones of a process that is gone end by themselves: their launcher exits when nobody speaks to it.
 * @param owner id of this process
 * @param now milliseconds since 1970
 */
export function garbageOf(jobs: readonly V1Job[], owner: string, now: number): string[] {
  return jobs
    .filter((job) => {
      const { labels, name, deletionTimestamp, creationTimestamp } = job.metadata ?? {};
      if (!name || labels?.[EXECUTION] || labels?.[SESSION] || deletionTimestamp) return false;
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
