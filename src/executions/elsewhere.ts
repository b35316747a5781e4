import type { Drives } from './drives.ts';
import { Looks, type Scope } from './looks.ts';
import type { Glimpse, Sharing, Store } from './store.ts';
import type { Logger } from './telemetry.ts';
import type { Wakeups } from './wakeups.ts';

/** What this process drives is looked at less often than what is watched here, milliseconds. */
const DRIVEN_MS = 250;
/** Executions that have moved whose output is looked at side by side. */
const SIDE_BY_SIDE = 20;
/** Executions asked about in one question. */
const TOGETHER = 500;

/** What was last seen of an execution that another process drives. */
interface Known {
  state: string;
  /** Number of the last chunk that viewers were woken for. */
  seq: number;
}

/**
 * Sees what other processes on the same store do: viewers here are woken for what is driven there, and a drive here
 * hears of a cancel, or of having been taken over, there. All viewers together cost one look.
 */
export class Elsewhere implements AsyncDisposable {
  readonly #store: Store;
  readonly #sharing: Sharing;
  readonly #drives: Drives;
  readonly #wakeups: Wakeups;
  readonly #logger: Logger;
  readonly #known = new Map<string, Known>();
  readonly #looks: Looks;
  readonly #listening: AsyncDisposable;
  /** When all that is driven here was last looked at, by the monotonic clock. */
  #drivenAt = Number.NEGATIVE_INFINITY;
  #failing = false;

  constructor(deps: { store: Store; sharing: Sharing; drives: Drives; wakeups: Wakeups; logger: Logger }) {
    this.#store = deps.store;
    this.#sharing = deps.sharing;
    this.#drives = deps.drives;
    this.#wakeups = deps.wakeups;
    this.#logger = deps.logger;
    this.#looks = new Looks((scope) => this.#look(scope));
    this.#listening = deps.sharing.listen({
      recordWritten: (id) => {
        if (this.#drives.get(id) || this.#wakeups.isWatched(id)) this.#looks.hear(id);
      },
      outputWritten: (id) => {
        if (!this.#drives.get(id) && this.#wakeups.isWatched(id)) this.#looks.hear(id);
      },
      listening: (isListening) => this.#looks.told(isListening),
    });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await Promise.all([this.#listening[Symbol.asyncDispose](), this.#looks[Symbol.asyncDispose]()]);
  }

  async #look(scope: Scope): Promise<void> {
    try {
      await Promise.all([this.#lookAtDriven(scope), this.#lookAtWatched(scope)]);
      this.#failing = false;
    } catch (error) {
      if (!this.#failing) {
        this.#logger.warn({ err: error }, 'what other processes do cannot be seen; looking again');
      }
      this.#failing = true;
      throw error;
    }
  }

  async #lookAtDriven(scope: Scope): Promise<void> {
    if (scope === 'everything') {
      const now = performance.now();
      if (now - this.#drivenAt < DRIVEN_MS) return;
      this.#drivenAt = now;
    }
    const drives = [...this.#drives.all()].filter(({ execution }) => isIn(scope, execution.id));
    const glimpses = await this.#glimpse(drives.map(({ execution }) => execution.id));
    for (const drive of drives) {
      const glimpse = glimpses.get(drive.execution.id);
      if (!glimpse) continue;
      if (glimpse.epoch > drive.execution.epoch) drive.lose();
      else if (glimpse.cancelRequestedAt !== null) drive.stop('CANCELLED');
    }
  }

  async #lookAtWatched(scope: Scope): Promise<void> {
    const isElsewhere = (id: string) => this.#wakeups.isWatched(id) && !this.#drives.get(id);
    for (const id of this.#known.keys()) if (!isElsewhere(id)) this.#known.delete(id);
    const watched = [...(scope === 'everything' ? this.#wakeups.watched() : scope)].filter(isElsewhere);
    const [glimpses, advanced] = await Promise.all([this.#glimpse(watched), this.#findAdvanced(watched)]);
    for (const some of slices(watched, SIDE_BY_SIDE)) {
      await Promise.all(some.map((id) => this.#compare(id, glimpses.get(id), advanced.has(id))));
    }
  }

  /** Of those known, the ones that have a chunk more. */
  async #findAdvanced(ids: readonly string[]): Promise<ReadonlySet<string>> {
    const next = ids.flatMap((executionId) => {
      const known = this.#known.get(executionId);
      return known ? [{ executionId, seq: known.seq + 1 }] : [];
    });
    const found = await Promise.all(slices(next, TOGETHER).map((slice) => this.#sharing.findChunks(slice)));
    return new Set(found.flat());
  }

  async #compare(id: string, glimpse: Glimpse | undefined, hasAdvanced: boolean): Promise<void> {
    const known = this.#known.get(id);
    const state = glimpse ? `${glimpse.epoch} ${glimpse.status} ${glimpse.message}` : 'gone';
    if (known?.state !== state) {
      const execution = await this.#store.getExecution(id);
      this.#wakeups.wake(id, execution ?? undefined);
    }
    if (known && !hasAdvanced) {
      known.state = state;
      return;
    }
    const { lastSeq } = await this.#store.summarizeChunks(id);
    this.#known.set(id, { state, seq: lastSeq });
    this.#wakeups.wake(id);
  }

  async #glimpse(ids: readonly string[]): Promise<ReadonlyMap<string, Glimpse>> {
    const found = await Promise.all(slices(ids, TOGETHER).map((slice) => this.#sharing.glimpse(slice)));
    return new Map(found.flat().map((glimpse) => [glimpse.id, glimpse]));
  }
}

function isIn(scope: Scope, id: string): boolean {
  return scope === 'everything' || scope.has(id);
}

function slices<T>(all: readonly T[], size: number): T[][] {
  const count = Math.ceil(all.length / size);
  return Array.from({ length: count }, (_, index) => all.slice(index * size, (index + 1) * size));
}
