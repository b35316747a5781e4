import type { Sharing } from './store.ts';
import type { Logger } from './telemetry.ts';

/** How often a process says that it lives, and looks at the others. */
export const BEAT_MS = 2000;
/** A process whose counter has not moved for this long is taken for gone. */
export const LEASE_MS = 10_000;
/** One that is gone is forgotten after this many leases, when whatever it drove has long been taken over. */
const FORGOTTEN_AFTER_LEASES = 60;
/** A beat that has not been answered for this part of the lease hangs. */
const HANGING = 0.35;
/** After nothing could be seen: the part of the lease that a process which lives may take to beat again. */
const RECOVERING = 0.5;

interface Seen {
  beats: number;
  /** When the counter was first seen like that, after this process was blind last. */
  since: number;
  /** How long it stood still before that, while it could be seen, less what it may have taken to beat again each time. */
  silentMs: number;
}

/** The last time the counters were read: as they stood at some moment between the two. */
interface Look {
  readonly asked: number;
  readonly answered: number;
}

export interface ProcessesOptions {
  /** Milliseconds. */
  readonly leaseMs?: number;
  /** A monotonic clock, milliseconds. */
  readonly clock?: () => number;
}

/**
 * Which processes on this store live. Each raises a counter; who sees a counter stand still for `LEASE_MS` of its own
 * time takes the process for gone. No clock is compared with another's. What makes this process blind makes nobody look
 * gone, be it a store that is away or slow to answer, or that this process itself stood still: silence counts
 * from the answer to one look to the question of a later one. After a pause in between it counts from anew, and what it was
 * before is added only beyond the time that a process needs to come back: else a store that is away again and again would
 * keep those that are gone for ever.
 */
export class Processes implements AsyncDisposable {
  readonly #sharing: Sharing;
  readonly #own: string;
  readonly #logger: Logger;
  readonly #leaseMs: number;
  readonly #clock: () => number;
  readonly #seen = new Map<string, Seen>();
  #lastLook: Look | null = null;
  /** When the counters were asked for last with success. */
  #seenUntil = Number.NEGATIVE_INFINITY;
  #beating: { readonly since: number; readonly done: Promise<void> } | null = null;
  #failing = false;

  constructor(
    sharing: Sharing,
    own: string,
    logger: Logger,
    { leaseMs = LEASE_MS, clock = () => performance.now() }: ProcessesOptions = {},
  ) {
    this.#sharing = sharing;
    this.#own = own;
    this.#logger = logger;
    this.#leaseMs = leaseMs;
    this.#clock = clock;
  }

  /**
   * Says that this process lives and looks at the others. One at a time, unless one hangs: a connection that is dead may
   * take longer than the lease to be given up. Never rejects: while it fails nobody is judged.
   */
  beat(): Promise<void> {
    const now = this.#clock();
    if (this.#beating && now - this.#beating.since < this.#leaseMs * HANGING) return this.#beating.done;
    const beating = {
      since: now,
      done: this.#beat(now).finally(() => {
        if (this.#beating === beating) this.#beating = null;
      }),
    };
    this.#beating = beating;
    return beating.done;
  }

  /**
   * Whether the process was silent for the whole lease up to the last look. One that was never heard of is waited for
   * just as long from when its name was first asked for.
   */
  isGone(id: string): boolean {
    if (this.#lastLook === null) return false;
    const seen = this.#seen.get(id);
    if (!seen) {
      this.#seen.set(id, { beats: 0, since: this.#lastLook.answered, silentMs: 0 });
      return false;
    }
    return this.#lastLook.asked - seen.since >= this.#leaseMs || this.#silenceOf(seen) >= this.#leaseMs;
  }

  /** Takes this process from the list: what it held has been let go of. */
  async [Symbol.asyncDispose](): Promise<void> {
    // One that is made later would put it back.
    await this.#beating?.done;
    await this.#sharing.removeProcess(this.#own).catch((err: unknown) => {
      this.#logger.debug({ err }, 'this process could not be taken from the list; it will be seen as gone');
    });
  }

  async #beat(asked: number): Promise<void> {
    const isLate = () => this.#lastLook !== null && this.#lastLook.asked > asked;
    try {
      await this.#sharing.beat(this.#own);
      const processes = await this.#sharing.listProcesses();
      if (isLate()) return;
      this.#look(new Map(processes.map(({ id, beats }) => [id, beats])), asked);
      if (this.#failing) this.#logger.info({}, 'other processes can be seen again');
      this.#failing = false;
    } catch (error) {
      if (isLate()) return;
      if (!this.#failing)
        this.#logger.warn({ err: error }, 'other processes cannot be seen; nothing is taken over');
      this.#failing = true;
      this.#lastLook = null;
    }
  }

  /** Milliseconds, over all the times that this process could see. */
  #silenceOf({ since, silentMs }: Seen): number {
    return silentMs + Math.max(0, this.#seenUntil - since - this.#leaseMs * RECOVERING);
  }

  #look(beats: ReadonlyMap<string, number>, asked: number): void {
    const answered = this.#clock();
    const blind = this.#lastLook === null || answered - this.#lastLook.answered > this.#leaseMs / 2;
    if (blind) {
      for (const seen of this.#seen.values()) {
        seen.silentMs = this.#silenceOf(seen);
        seen.since = answered;
      }
    }
    this.#lastLook = { asked, answered };
    this.#seenUntil = asked;
    for (const [id, count] of beats) {
      const seen = this.#seen.get(id);
      if (seen?.beats !== count) this.#seen.set(id, { beats: count, since: answered, silentMs: 0 });
    }
    for (const [id, { since }] of this.#seen) {
      if (id === this.#own || answered - since < FORGOTTEN_AFTER_LEASES * this.#leaseMs) continue;
      this.#seen.delete(id);
      if (beats.has(id)) void this.#sharing.removeProcess(id).catch(() => {});
    }
  }
}
