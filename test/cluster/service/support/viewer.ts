import { setTimeout as sleep } from 'node:timers/promises';
import { type Execution, get } from '../../../service/support/executions.ts';
import { type Connection, follow, overWebSocketAs } from '../../../service/support/follow.ts';
import type { Headers } from '../../../service/support/graphql.ts';
import type { Received } from '../../../service/support/output.ts';
import { until } from '../../../service/support/until.ts';

/** How long a pod may take to come to something on a busy cluster, milliseconds. Only a failing test ever waits that long. */
export const PATIENCE_MS = 100_000;

/**
 * One who watches an execution over a WebSocket from its first chunk on, across servers that come and go: every number
 * once, in order, without a gap, or `end` rejects.
 */
export class Viewer {
  readonly #url: string;
  readonly #id: string;
  readonly #headers: Headers;
  readonly #patienceMs: number;
  readonly #whole: Promise<Received>;
  #received: Received | null = null;

  /** @param patienceMs how long the next text, or the end, may take to come */
  constructor(url: string, id: string, headers: Headers = {}, patienceMs = PATIENCE_MS) {
    this.#url = url;
    this.#id = id;
    this.#headers = headers;
    this.#patienceMs = patienceMs;
    const connect = overWebSocketAs(headers);
    const watching: Connection = (at, watched, received) => {
      this.#received = received;
      return connect(at, watched, received);
    };
    this.#whole = follow(url, id, watching);
    // Whoever awaits the end sees the failure; until then it must not count as unhandled.
    this.#whole.catch(() => {});
  }

  /** What has come so far. */
  get text(): string {
    return this.#received?.text ?? '';
  }

  /** Resolves once `text` has come. */
  async printed(text: string): Promise<void> {
    const came = until(
      'it has come or the end has',
      () => this.text.includes(text) || (this.#received?.end ?? null) !== null,
      (now) => now,
      this.#patienceMs,
    ).catch(() => {});
    await Promise.race([came, this.#whole]);
    if (this.text.includes(text)) return;
    const state = JSON.stringify({ ...(await get(this.#url, this.#id, this.#headers)), code: '…' });
    throw new Error(`Expected ${JSON.stringify(text)} to be printed, got ${state}.`);
  }

  /**
   * The record after the end, which must say what was seen.
   * @param url where to ask, when its server has moved
   */
  async end(url: string = this.#url): Promise<Execution> {
    const limit = new AbortController();
    const late = sleep(this.#patienceMs, null, { signal: limit.signal }).catch(() => null);
    const received = await Promise.race([this.#whole, late]);
    limit.abort();
    const execution = await get(url, this.#id, this.#headers);
    if (!received) throw new Error(`Expected an end, got ${JSON.stringify({ ...execution, code: '…' })}.`);
    if (received.text !== execution.output || received.end?.endReason !== execution.endReason) {
      const seen = JSON.stringify({ ...received.end, text: received.text.slice(-500) });
      throw new Error(`Expected what the record says, ${JSON.stringify(execution)}, got to see ${seen}.`);
    }
    return execution;
  }
}
