import { setTimeout as sleep } from 'node:timers/promises';
import type { Random } from '../random.ts';
import type { Replica } from '../replicas/replica.ts';
import type { Chunk, Watched } from './operations.ts';
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
  readonly chunks: Chunk[] = [];
  visits = 0;
  end: Watched['output']['execution'] | null = null;
  #lastAt = 0;
  /** Ends the visit under way. */
  #leave = new AbortController();

  constructor(options: ViewerOptions) {
    this.#options = options;
  }

  /** Resolves once it has seen the end, or has given up. */
  async watch(): Promise<void> {
    const { id, headers, replicas, random, signal, finding } = this.#options;
    while (!this.end && !signal.aborted) {
      const replica = random.pick(replicas);
      this.visits++;
      const refusal = await this.#stay((leave) =>
        visit(replica, {
          headers,
          id,
          after: this.chunks.length,
          next: (event) => this.#take(event, replica),
          leave,
        }),
      );
      if (refusal)
        finding(`a viewer at server ${replica.name}, after chunk ${this.chunks.length}, got: ${refusal}`);
      if (!this.end) await sleep(random.between(20, 300));
    }
  }

  text(stream: Chunk['stream']): string {
    return this.chunks.map((chunk) => (chunk.stream === stream ? chunk.text : '')).join('');
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

  #take({ chunks, cursor, ended, execution }: Watched['output'], replica: Replica): void {
    this.#lastAt = performance.now();
    if (this.#leave.signal.aborted) return;
    const wrong = this.#add(chunks) ?? this.#checkCursor(cursor);
    if (wrong === null) {
      if (ended) this.end = execution;
      return;
    }
    this.#options.finding(`a viewer at server ${replica.name} ${wrong}`);
    // What follows would be wrong for the same reason.
    this.#leave.abort();
  }

  #add(chunks: readonly Chunk[]): string | null {
    if (this.end) return 'got an event after the end';
    for (const chunk of chunks) {
      const expected = this.chunks.length + 1;
      if (chunk.seq !== expected) return `expected chunk ${expected}, got ${chunk.seq}`;
      this.chunks.push(chunk);
    }
    return null;
  }

  #checkCursor(cursor: number): string | null {
    const expected = this.chunks.length;
    return cursor === expected ? null : `expected cursor ${expected}, got ${cursor}`;
  }
}
