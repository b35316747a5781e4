import type { Drives } from './drives.ts';
import type { Glimpse, Sharing, Store } from './store.ts';
import type { Logger } from './telemetry.ts';
import type { Wakeups } from './wakeups.ts';

/**
 * How often what is watched is looked at. With up to 250 ms until a chunk is stored, and a read before and after the
 * look, a print is seen within 400 ms.
 */
const LOOK_MS = 100;
/** What this process drives is looked at less often: every so many looks. */
const DRIVEN_EVERY = 3;
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
  #timer: NodeJS.Timeout | null = null;
  #looking: Promise<void> = Promise.resolve();
  #looks = 0;
  #failing = false;
  #closed = false;

  constructor(deps: { store: Store; sharing: Sharing; drives: Drives; wakeups: Wakeups; logger: Logger }) {
    this.#store = deps.store;
    this.#sharing = deps.sharing;
    this.#drives = deps.drives;
    this.#wakeups = deps.wakeups;
    this.#logger = deps.logger;
    this.#lookLater();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#closed = true;
    if (this.#timer) clearTimeout(this.#timer);
    await this.#looking;
  }

  #lookLater(): void {
    if (this.#closed) return;
    this.#timer = setTimeout(() => {
      this.#looking = this.#look().finally(() => this.#lookLater());
    }, LOOK_MS).unref();
  }

  /** Never rejects: what is missed is seen at the next look. */
  async #look(): Promise<void> {
    try {
      const isTurn = this.#looks++ % DRIVEN_EVERY === 0;
      await Promise.all([isTurn ? this.#lookAtDriven() : null, this.#lookAtWatched()]);
      this.#failing = false;
    } catch (error) {
      if (!this.#failing) {
        this.#logger.warn({ err: error }, 'what other processes do cannot be seen; looking again');
      }
      this.#failing = true;
    }
  }

  async #lookAtDriven(): Promise<void> {
    const drives = [...this.#drives.all()];
    const glimpses = await this.#glimpse(drives.map(({ execution }) => execution.id));
    for (const drive of drives) {
      const glimpse = glimpses.get(drive.execution.id);
      if (!glimpse) continue;
      if (glimpse.epoch > drive.execution.epoch) drive.lose();
      else if (glimpse.cancelRequestedAt !== null) drive.stop('CANCELLED');
    }
  }

  async #lookAtWatched(): Promise<void> {
    const watched = [...this.#wakeups.watched()].filter((id) => !this.#drives.get(id));
    const wanted = new Set(watched);
    for (const id of this.#known.keys()) if (!wanted.has(id)) this.#known.delete(id);
    const [glimpses, advanced] = await Promise.all([this.#glimpse(watched), this.#findAdvanced()]);
    for (const some of slices(watched, SIDE_BY_SIDE)) {
      await Promise.all(some.map((id) => this.#compare(id, glimpses.get(id), advanced.has(id))));
    }
  }

  /** Of those known, the ones that have a chunk more. */
  async #findAdvanced(): Promise<ReadonlySet<string>> {
    const next = [...this.#known].map(([executionId, { seq }]) => ({ executionId, seq: seq + 1 }));
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

function slices<T>(all: readonly T[], size: number): T[][] {
  const count = Math.ceil(all.length / size);
  return Array.from({ length: count }, (_, index) => all.slice(index * size, (index + 1) * size));
}
