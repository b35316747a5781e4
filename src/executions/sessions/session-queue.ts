import type { Execution } from '../execution.ts';
import type { Retry } from '../retry.ts';
import type { Store, UnderWay } from '../store.ts';
import { adopt, claim, type Transition } from '../transitions.ts';

export interface SessionQueueOptions {
  readonly store: Store;
  readonly retry: Retry;
  /** This process's name. */
  readonly owner: string;
}

/** The executions of one session that this process owns: those under way that nobody has, then those queued. */
export class SessionQueue {
  readonly #sessionId: string;
  readonly #options: SessionQueueOptions;
  readonly #orphans = new Map<string, UnderWay>();
  #claiming: string | null = null;

  constructor(sessionId: string, options: SessionQueueOptions) {
    this.#sessionId = sessionId;
    this.#options = options;
  }

  /** Whether a claim or adoption of this execution is on its way. */
  isClaiming(id: string): boolean {
    return this.#claiming === id;
  }

  /** An execution that is under way without being active anywhere. */
  offer(orphan: UnderWay): void {
    this.#orphans.set(orphan.id, orphan);
  }

  /** Whatever is under way in the session was its former owner's. Rejects when the store was given up. */
  async findUnderWay(): Promise<void> {
    const { store, retry } = this.#options;
    for (const one of await retry(() => store.listUnderWay())) {
      if (one.sessionId === this.#sessionId) this.offer(one);
    }
  }

  /** Adopts the oldest that is under way; null when there is none. Rejects when the store was given up. */
  async nextUnderWay(): Promise<Execution | null> {
    for (;;) {
      const orphan = [...this.#orphans.values()].sort((a, b) => (a.id < b.id ? -1 : 1))[0];
      if (orphan === undefined) return null;
      this.#orphans.delete(orphan.id);
      const adopted = await this.#take(orphan.id, () => adopt(orphan, this.#options.owner));
      if (adopted !== null) return adopted;
    }
  }

  /**
   * Claims the oldest that is queued; null when there is none, `again` when it went another way meanwhile, as by a cancel.
   * Rejects when the store was given up.
   */
  async nextQueued(): Promise<Execution | 'again' | null> {
    const headId = await this.#findHead();
    if (headId === null) return null;
    const claimed = await this.#take(headId, (head) =>
      head.status === 'QUEUED' ? claim(head, this.#options.owner) : null,
    );
    return claimed ?? 'again';
  }

  /** The oldest execution that is queued in it; null when none is. */
  async #findHead(): Promise<string | null> {
    const { store, retry } = this.#options;
    const queues = await retry(() => store.sessions.listSessionQueues());
    return queues.find(({ sessionId }) => sessionId === this.#sessionId)?.headId ?? null;
  }

  /** Null when it is not as it was to be. */
  async #take(id: string, transition: (now: Execution) => Transition | null): Promise<Execution | null> {
    const { store, retry } = this.#options;
    let epoch: number | undefined;
    this.#claiming = id;
    try {
      return await retry(async () => {
        const now = await store.getExecution(id);
        if (now === null) return null;
        // A write whose response was lost.
        if (now.owner === this.#options.owner && now.epoch === epoch) return now;
        const next = transition(now);
        if (next === null) return null;
        epoch = next.change.epoch;
        return store.updateExecution(id, next.expected, next.change);
      });
    } finally {
      this.#claiming = null;
    }
  }
}
