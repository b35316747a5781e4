import type { Sharing } from './store.ts';
import type { Logger } from './telemetry.ts';

/** How long a heartbeat may stay unchanged until the process's lease expires, milliseconds. */
export const LEASE_MS = 10_000;
/** A process is removed from the list after this many leases, when whatever it owned has long been adopted. */
const REMOVED_AFTER_LEASES = 60;
/** A heartbeat without a response for this part of the lease hangs. */
const HANGING = 0.35;
/** After a suspension: the part of the lease that a live process may take to raise its heartbeat again. */
const RECOVERING = 0.5;

interface Member {
  /** Its heartbeat counter. */
  count: number;
  /** When the counter was first seen like that, after the last suspension; by our clock. */
  since: number;
  /** How long it was unchanged in the observed times before, less `RECOVERING` for each, milliseconds. */
  silentMs: number;
}

/** One successful read of the counters: they stood so at some moment between the two times. */
interface Read {
  readonly sentAt: number;
  readonly receivedAt: number;
}

export interface MembershipOptions {
  /** Milliseconds. Default: `LEASE_MS`. */
  readonly leaseMs?: number;
  /** A monotonic clock, milliseconds. Default: this process's. */
  readonly clock?: () => number;
}

/**
 * Which processes on this store are alive. Each raises a heartbeat counter and reads those of the others; one whose counter
 * has not changed for the lease, by the reader's own monotonic clock, has expired. No clock is compared with another's.
 *
 * It is in one of two modes:
 *
 * - *suspended*: at the start, after a read that failed, and after more than half a lease without a read (the store was
 *   slow, or this process stood still). Nobody expires while suspended. It is left with the next read that succeeds: the
 *   time since each member's last change starts anew.
 * - *observing*: while reads succeed. Between two reads a member was silent from the response of the first to the request of
 *   the second, which is never more than it was silent in truth.
 *
 * Observed silence before a suspension is kept, less the time that a live process needs to come back. Without that, a store
 * that is away again and again would keep the members that are gone for ever.
 *
 * What must stay true: whatever slows or stops this process, or the store, expires nobody.
 */
export class Membership implements AsyncDisposable {
  readonly #sharing: Sharing;
  readonly #own: string;
  readonly #logger: Logger;
  readonly #leaseMs: number;
  readonly #clock: () => number;
  readonly #members = new Map<string, Member>();
  /** Null while suspended by a failure. */
  #lastRead: Read | null = null;
  /** When the last successful read was sent. */
  #observedUntil = Number.NEGATIVE_INFINITY;
  #heartbeating: { readonly since: number; readonly done: Promise<void> } | null = null;
  #failing = false;

  constructor(
    sharing: Sharing,
    own: string,
    logger: Logger,
    { leaseMs = LEASE_MS, clock = () => performance.now() }: MembershipOptions = {},
  ) {
    this.#sharing = sharing;
    this.#own = own;
    this.#logger = logger;
    this.#leaseMs = leaseMs;
    this.#clock = clock;
  }

  /**
   * Raises this process's heartbeat and reads those of the others. Single flight, unless one hangs: a dead connection may
   * take longer than the lease to fail. Never rejects: a failure suspends.
   */
  heartbeat(): Promise<void> {
    const now = this.#clock();
    if (this.#heartbeating && now - this.#heartbeating.since < this.#leaseMs * HANGING)
      return this.#heartbeating.done;
    const beating = {
      since: now,
      done: this.#raiseAndRead(now).finally(() => {
        if (this.#heartbeating === beating) this.#heartbeating = null;
      }),
    };
    this.#heartbeating = beating;
    return beating.done;
  }

  /**
   * Whether the process's lease has expired as of the last read. A process without a heartbeat gets a whole lease from the
   * first call with its id on.
   */
  isExpired(id: string): boolean {
    if (this.#lastRead === null) return false;
    const member = this.#members.get(id);
    if (!member) {
      this.#members.set(id, { count: 0, since: this.#lastRead.receivedAt, silentMs: 0 });
      return false;
    }
    return this.#lastRead.sentAt - member.since >= this.#leaseMs || this.#silenceOf(member) >= this.#leaseMs;
  }

  /** Removes this process from the list; to be called when it has released what it owned. */
  async [Symbol.asyncDispose](): Promise<void> {
    // A heartbeat after the removal would add it again.
    await this.#heartbeating?.done;
    await this.#sharing.removeProcess(this.#own).catch((err: unknown) => {
      this.#logger.debug({ err }, 'this process could not be removed from the list; its lease will expire');
    });
  }

  async #raiseAndRead(sentAt: number): Promise<void> {
    const isLate = () => this.#lastRead !== null && this.#lastRead.sentAt > sentAt;
    try {
      await this.#sharing.heartbeat(this.#own);
      const processes = await this.#sharing.listProcesses();
      if (isLate()) return;
      this.#observe(new Map(processes.map(({ id, count }) => [id, count])), sentAt);
      if (this.#failing) this.#logger.info({}, 'heartbeats of other processes can be read again');
      this.#failing = false;
    } catch (error) {
      if (isLate()) return;
      if (!this.#failing)
        this.#logger.warn({ err: error }, 'heartbeats of other processes cannot be read; nothing is adopted');
      this.#failing = true;
      this.#lastRead = null;
    }
  }

  /** Milliseconds, over all observed times. */
  #silenceOf({ since, silentMs }: Member): number {
    return silentMs + Math.max(0, this.#observedUntil - since - this.#leaseMs * RECOVERING);
  }

  #observe(counts: ReadonlyMap<string, number>, sentAt: number): void {
    const receivedAt = this.#clock();
    const wasSuspended =
      this.#lastRead === null || receivedAt - this.#lastRead.receivedAt > this.#leaseMs / 2;
    if (wasSuspended) {
      for (const member of this.#members.values()) {
        member.silentMs = this.#silenceOf(member);
        member.since = receivedAt;
      }
    }
    this.#lastRead = { sentAt, receivedAt };
    this.#observedUntil = sentAt;
    for (const [id, count] of counts) {
      const member = this.#members.get(id);
      if (member?.count !== count) this.#members.set(id, { count, since: receivedAt, silentMs: 0 });
    }
    for (const [id, { since }] of this.#members) {
      if (id === this.#own || receivedAt - since < REMOVED_AFTER_LEASES * this.#leaseMs) continue;
      this.#members.delete(id);
      if (counts.has(id)) void this.#sharing.removeProcess(id).catch(() => {});
    }
  }
}
