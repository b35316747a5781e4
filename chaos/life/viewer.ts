import { setTimeout as sleep } from 'node:timers/promises';
import type { Random } from '../random.ts';
import type { Replica } from '../replicas/replica.ts';
import type { Watched } from './operations.ts';
import { Received } from './received.ts';
import { visit } from './visit.ts';

/** A viewer to whom nothing came for so long goes to another server, milliseconds. */
const SILENT_MS = 6000;
/** The longest that a viewer stays at one server, milliseconds. */
const STAY_MS = 15_000;

export interface ViewerOptions {
  readonly id: string;
  readonly headers: { readonly [name: string]: string };
  readonly replicas: readonly Replica[];
  readonly random: Random;
  /** Gives up. */
  readonly signal: AbortSignal;
  readonly finding: (what: string) => void;
}

/** One who watches an execution at one server after another and resumes at each behind the last chunk seen. */
export class Viewer {
  readonly #options: ViewerOptions;
  readonly received = new Received();
  visits = 0;
  #lastAt = 0;
  /** Ends the visit under way. */
  #leave = new AbortController();

  constructor(options: ViewerOptions) {
    this.#options = options;
  }

  /** Resolves once it has seen the end, or has given up. */
  async watch(): Promise<void> {
    const { id, headers, replicas, random, signal, finding } = this.#options;
    const { received } = this;
    while (!received.end && !signal.aborted) {
      const replica = random.pick(replicas);
      this.visits++;
      const refusal = await this.#stay((leave) =>
        visit(replica, {
          headers,
          id,
          after: received.chunks.length,
          next: (event) => this.#take(event, replica),
          leave,
        }),
      );
      if (refusal)
        finding(`a viewer at server ${replica.name}, after chunk ${received.chunks.length}, got: ${refusal}`);
      if (!received.end) await sleep(random.between(20, 300));
    }
  }

  async #stay(attend: (leave: AbortSignal) => Promise<string | null>): Promise<string | null> {
    const leaving = new AbortController();
    this.#leave = leaving;
    const until = performance.now() + this.#options.random.between(500, STAY_MS);
    this.#lastAt = performance.now();
    const timer = setInterval(() => {
      const now = performance.now();
      if (now > until || now - this.#lastAt > SILENT_MS) leaving.abort();
    }, 100);
    try {
      return await attend(AbortSignal.any([leaving.signal, this.#options.signal]));
    } finally {
      clearInterval(timer);
    }
  }

  #take(event: Watched['output'], replica: Replica): void {
    this.#lastAt = performance.now();
    if (this.#leave.signal.aborted) return;
    const wrong = this.received.take(event);
    if (wrong === null) return;
    this.#options.finding(`a viewer at server ${replica.name} ${wrong}`);
    // What follows would be wrong for the same reason.
    this.#leave.abort();
  }
}
