import type { ActiveExecutions } from './active-executions.ts';
import type { Execution } from './execution.ts';
import type { Notifier } from './notifier.ts';
import { PollLoop, type Scope } from './poll-loop.ts';
import type { Revision, Sharing, Store } from './store.ts';
import type { Logger } from './telemetry.ts';

/** How often the records of active executions are polled, milliseconds: less often than what viewers here watch. */
const OWNED_POLL_INTERVAL_MS = 250;
/** Changed executions whose output is read concurrently. */
const CONCURRENCY = 20;
/** Executions in one query. */
const BATCH = 500;

/** What was last seen of an execution that another process owns. */
interface Known {
  state: string;
  /** Number of the last chunk that viewers were notified of. */
  seq: number;
}

/**
 * Finds what other processes on the same store have written, from construction to disposal. Viewers here are notified of
 * executions that are owned there; an active execution here is stopped when a cancel was requested there, and lost when it
 * was adopted there. The cost does not depend on how many viewers an execution has.
 */
export class RemoteChanges implements AsyncDisposable {
  readonly #store: Store;
  readonly #sharing: Sharing;
  readonly #active: ActiveExecutions;
  readonly #notifier: Notifier;
  readonly #logger: Logger;
  readonly #known = new Map<string, Known>();
  readonly #loop: PollLoop;
  readonly #listening: AsyncDisposable;
  /** When all active executions were last polled, by the monotonic clock. */
  #ownedAt = Number.NEGATIVE_INFINITY;
  #failing = false;

  constructor(options: {
    store: Store;
    sharing: Sharing;
    active: ActiveExecutions;
    notifier: Notifier;
    logger: Logger;
  }) {
    this.#store = options.store;
    this.#sharing = options.sharing;
    this.#active = options.active;
    this.#notifier = options.notifier;
    this.#logger = options.logger;
    this.#loop = new PollLoop((scope) => this.#poll(scope));
    this.#listening = options.sharing.listen({
      executionChanged: (id) => {
        if (this.#active.get(id) || this.#notifier.isWatched(id)) this.#loop.notify(id);
      },
      outputAppended: (id) => {
        if (!this.#active.get(id) && this.#notifier.isWatched(id)) this.#loop.notify(id);
      },
      connected: (isConnected) => this.#loop.setNotified(isConnected),
    });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await Promise.all([this.#listening[Symbol.asyncDispose](), this.#loop[Symbol.asyncDispose]()]);
  }

  async #poll(scope: Scope): Promise<void> {
    try {
      await Promise.all([this.#pollOwned(scope), this.#pollWatched(scope)]);
      this.#failing = false;
    } catch (error) {
      if (!this.#failing) {
        this.#logger.warn({ err: error }, 'changes by other processes cannot be read; polling again');
      }
      this.#failing = true;
      throw error;
    }
  }

  async #pollOwned(scope: Scope): Promise<void> {
    const owned = [...this.#active.all()].filter(({ execution }) => isIn(scope, execution.id));
    const due = this.#isOwnedDue(scope) ? owned : owned.filter(({ execution }) => isAsked(execution));
    if (due.length === 0) return;
    const revisions = await this.#revisionsOf(due.map(({ execution }) => execution.id));
    for (const active of due) {
      const revision = revisions.get(active.execution.id);
      if (!revision) continue;
      if (revision.epoch > active.execution.epoch) active.lose();
      else if (revision.cancelRequestedAt !== null) active.stop('CANCELLED');
      active.input.receive(revision);
    }
  }

  /** Whether all owned ones are polled now; those that wait for input always are. */
  #isOwnedDue(scope: Scope): boolean {
    if (scope !== 'everything') return true;
    const now = performance.now();
    if (now - this.#ownedAt < OWNED_POLL_INTERVAL_MS) return false;
    this.#ownedAt = now;
    return true;
  }

  async #pollWatched(scope: Scope): Promise<void> {
    const isRemote = (id: string) => this.#notifier.isWatched(id) && !this.#active.get(id);
    for (const id of this.#known.keys()) if (!isRemote(id)) this.#known.delete(id);
    const watched = [...(scope === 'everything' ? this.#notifier.watched() : scope)].filter(isRemote);
    const [revisions, advanced] = await Promise.all([
      this.#revisionsOf(watched),
      this.#findAdvanced(watched),
    ]);
    for (const some of slices(watched, CONCURRENCY)) {
      await Promise.all(some.map((id) => this.#compare(id, revisions.get(id), advanced.has(id))));
    }
  }

  /** Those known executions that have one more chunk. */
  async #findAdvanced(ids: readonly string[]): Promise<ReadonlySet<string>> {
    const next = ids.flatMap((executionId) => {
      const known = this.#known.get(executionId);
      return known ? [{ executionId, seq: known.seq + 1 }] : [];
    });
    const found = await Promise.all(slices(next, BATCH).map((slice) => this.#sharing.findChunks(slice)));
    return new Set(found.flat());
  }

  async #compare(id: string, revision: Revision | undefined, hasAdvanced: boolean): Promise<void> {
    const known = this.#known.get(id);
    const state = revision ? `${revision.epoch} ${revision.status} ${revision.message}` : 'gone';
    if (known?.state !== state) {
      const execution = await this.#store.getExecution(id);
      this.#notifier.notify(id, execution ?? undefined);
    }
    if (known && !hasAdvanced) {
      known.state = state;
      return;
    }
    const { lastSeq } = await this.#store.summarizeChunks(id);
    this.#known.set(id, { state, seq: lastSeq });
    this.#notifier.notify(id);
  }

  async #revisionsOf(ids: readonly string[]): Promise<ReadonlyMap<string, Revision>> {
    const found = await Promise.all(slices(ids, BATCH).map((slice) => this.#sharing.getRevisions(slice)));
    return new Map(found.flat().map((revision) => [revision.id, revision]));
  }
}

/** Whether somebody may be about to write to its stdin. */
function isAsked({ stdinOpen, stdinClosed }: Execution): boolean {
  return stdinOpen && !stdinClosed;
}

function isIn(scope: Scope, id: string): boolean {
  return scope === 'everything' || scope.has(id);
}

function slices<T>(all: readonly T[], size: number): T[][] {
  const count = Math.ceil(all.length / size);
  return Array.from({ length: count }, (_, index) => all.slice(index * size, (index + 1) * size));
}
