import type { Sharing } from './store.ts';
import type { Logger } from './telemetry.ts';

/** How often a process says that it lives, and looks at the others. */
export const BEAT_MS = 2000;
/** A process whose counter has not moved for this long is taken for gone. */
export const LEASE_MS = 10_000;
/** One that is gone is forgotten after this long, when whatever it drove has long been taken over. */
const FORGET_MS = 60 * LEASE_MS;

interface Seen {
  beats: number;
  /** When the counter was first seen like that, on this process's own monotonic clock. */
  since: number;
}

/**
 * Which processes on this store live. Each raises a counter; who sees a counter stand still for `LEASE_MS` of its own
 * time takes the process for gone. No clock is compared with another's, and a store that is away makes nobody look gone:
 * time counts only from one successful look to the next.
 */
export class Processes implements AsyncDisposable {
  readonly #sharing: Sharing;
  readonly #own: string;
  readonly #logger: Logger;
  readonly #leaseMs: number;
  readonly #seen = new Map<string, Seen>();
  #lastLook: number | null = null;
  #failing = false;

  constructor(sharing: Sharing, own: string, logger: Logger, { leaseMs = LEASE_MS } = {}) {
    this.#sharing = sharing;
    this.#own = own;
    this.#logger = logger;
    this.#leaseMs = leaseMs;
  }

  /** Says that this process lives and looks at the others. Never rejects: while the store is away nobody is judged. */
  async beat(now = performance.now()): Promise<void> {
    try {
      await this.#sharing.beat(this.#own);
      const beats = new Map(
        (await this.#sharing.listProcesses()).map((process) => [process.id, process.beats]),
      );
      this.#look(beats, now);
      if (this.#failing) this.#logger.info({}, 'other processes can be seen again');
      this.#failing = false;
    } catch (error) {
      if (!this.#failing)
        this.#logger.warn({ err: error }, 'other processes cannot be seen; nothing is taken over');
      this.#failing = true;
      this.#lastLook = null;
    }
  }

  /**
   * Whether the process has been silent for the whole lease. One that was never heard of is waited for just as long
   * from when its name was first asked for.
   */
  isGone(id: string, now = performance.now()): boolean {
    if (this.#lastLook === null) return false;
    const seen = this.#seen.get(id);
    if (seen) return now - seen.since >= this.#leaseMs;
    this.#seen.set(id, { beats: 0, since: now });
    return false;
  }

  /** Takes this process from the list: what it held has been let go of. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.#sharing.removeProcess(this.#own).catch((err: unknown) => {
      this.#logger.debug({ err }, 'this process could not be taken from the list; it will be seen as gone');
    });
  }

  #look(beats: ReadonlyMap<string, number>, now: number): void {
    // After a pause of its own this process knows nothing of how long the others were silent.
    const blind = this.#lastLook === null || now - this.#lastLook > this.#leaseMs / 2;
    if (blind) for (const seen of this.#seen.values()) seen.since = now;
    this.#lastLook = now;
    for (const [id, count] of beats) {
      const seen = this.#seen.get(id);
      if (!seen || seen.beats !== count) this.#seen.set(id, { beats: count, since: now });
    }
    for (const [id, { since }] of this.#seen) {
      if (id === this.#own || now - since < FORGET_MS) continue;
      this.#seen.delete(id);
      if (beats.has(id)) void this.#sharing.removeProcess(id).catch(() => {});
    }
  }
}
