import { setTimeout as sleep } from 'node:timers/promises';
import { residentMb } from '../../../service/support/process-table.ts';
import type { ClusterServer } from '../../service/support/server.ts';

const LOOK_MS = 200;
/** How long an answer may take on a machine that is busy with hostile programs, milliseconds. */
const ANSWER_MS = 20_000;

/** Looks at a server all the time, from outside, until it is stopped. */
export class Vitals {
  readonly #server: ClusterServer;
  readonly #stopped = new AbortController();
  readonly #looking: Promise<void>;
  #peakMb = 0;
  #answers = 0;
  #slowestMs = 0;

  constructor(server: ClusterServer) {
    this.#server = server;
    this.#looking = this.#look();
    this.#looking.catch(() => {});
  }

  /** The most that was seen; rejects when the server failed to answer. */
  async stop(): Promise<{ readonly peakMb: number; readonly answers: number; readonly slowestMs: number }> {
    this.#stopped.abort();
    await this.#looking;
    return { peakMb: this.#peakMb, answers: this.#answers, slowestMs: this.#slowestMs };
  }

  async #look(): Promise<void> {
    while (!this.#stopped.signal.aborted) {
      const askedAt = performance.now();
      const response = await fetch(`${this.#server.url}/livez`, { signal: AbortSignal.timeout(ANSWER_MS) });
      if (response.status !== 200) throw new Error(`Expected a server that lives, got ${response.status}.`);
      await response.arrayBuffer();
      this.#answers++;
      this.#slowestMs = Math.max(this.#slowestMs, performance.now() - askedAt);
      this.#peakMb = Math.max(this.#peakMb, residentMb(this.#server.process.pid));
      await sleep(LOOK_MS);
    }
  }
}
