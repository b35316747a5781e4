import type { V1Job } from '@kubernetes/client-node';
import { UnavailableError } from '../../../executions/errors.ts';
import type { Logger } from '../../../executions/telemetry.ts';
import type { Cluster } from '../cluster.ts';
import { EXECUTION } from '../job/labels.ts';
import type { Background } from './background.ts';
import { stale } from './sweep.ts';

const SWEEP_MS = 60_000;
/** A Job is labelled this long after it was given its program, milliseconds: that comes first, and a short one is gone by then. */
const LABEL_AFTER_MS = 500;

export interface JobsParts {
  readonly cluster: Cluster;
  readonly background: Background;
  /** Id of this process. */
  readonly owner: string;
  /** Called when a Job was deleted. */
  readonly freed: () => void;
  readonly logger: Logger;
}

/** What becomes of Jobs once they are made: they get their execution's label and are deleted; what is left over is swept. */
export class Jobs implements Disposable {
  readonly #parts: JobsParts;
  readonly #timer: NodeJS.Timeout;
  /** That were deleted, or are being, from here. */
  readonly #deleted = new Set<string>();
  readonly #labelling = new Map<string, { readonly timer: NodeJS.Timeout; readonly write: () => void }>();

  constructor(parts: JobsParts) {
    this.#parts = parts;
    this.#timer = setInterval(() => this.sweep(), SWEEP_MS).unref();
  }

  /** Writes on it which execution it serves, soon and in the background. */
  label(name: string, execution: string): void {
    const { cluster, background } = this.#parts;
    const known = cluster.jobs.get(name)?.metadata?.labels;
    if (known?.[EXECUTION] === execution) return;
    const write = (): void => {
      this.#labelling.delete(name);
      void background.add('labelling a Job', async () => {
        if (!this.#deleted.has(name)) await cluster.labelJob(name, { [EXECUTION]: execution });
      });
    };
    this.#labelling.set(name, { timer: setTimeout(write, LABEL_AFTER_MS).unref(), write });
  }

  /** Ids of executions that a Job is there for. */
  held(): readonly string[] {
    const ids = this.#ours().map(({ metadata }) => metadata?.labels?.[EXECUTION]);
    return [...new Set(ids.filter((id) => id !== undefined))];
  }

  /** Deletes it in the background; resolves when that worked or was given up. */
  async delete(name: string): Promise<void> {
    let isDone = false;
    await this.#parts.background.add('deleting a Job', async () => {
      await this.#delete(name);
      isDone = true;
    });
    // Given up: the sweep may find it.
    if (!isDone) this.#deleted.delete(name);
  }

  /**
   * Deletes what there is for an execution, by its label and by these names. What fails is repeated in the background.
   * @throws UnavailableError when it failed at first
   */
  async deleteOf(execution: string, known: readonly (string | null | undefined)[]): Promise<void> {
    const labelled = this.#ours()
      .filter(({ metadata }) => metadata?.labels?.[EXECUTION] === execution)
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

  /** Deletes what nobody asks for any more. */
  sweep(): void {
    const { cluster, owner, logger } = this.#parts;
    if (!cluster.jobs.synced || cluster.problem !== null) return;
    for (const name of this.#deleted) if (!cluster.jobs.get(name)) this.#deleted.delete(name);
    for (const name of stale(cluster.jobs.list(), owner, Date.now())) {
      if (this.#deleted.has(name)) continue;
      logger.info({ job: name }, 'a Job that nobody asks for any more is deleted');
      void this.delete(name);
    }
  }

  /** Labels at once what was to be labelled soon: a sweep must not take it for one that no execution got. */
  [Symbol.dispose](): void {
    clearInterval(this.#timer);
    for (const { timer, write } of [...this.#labelling.values()]) {
      clearTimeout(timer);
      write();
    }
  }

  #ours(): readonly V1Job[] {
    return this.#parts.cluster.jobs.list().filter(({ metadata }) => !metadata?.deletionTimestamp);
  }

  async #delete(name: string): Promise<void> {
    clearTimeout(this.#labelling.get(name)?.timer);
    this.#labelling.delete(name);
    this.#deleted.add(name);
    await this.#parts.cluster.deleteJob(name);
    this.#parts.freed();
  }
}
