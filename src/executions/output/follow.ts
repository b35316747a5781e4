import { EVENT_BYTES, PAGE_CHUNKS } from '../../bounds.ts';
import { OutputMissingError } from '../errors.ts';
import { type Chunk, type Execution, hasEnded } from '../execution.ts';
import { Pause } from '../pause.ts';
import type { Store } from '../store.ts';
import type { Wakeups } from '../wakeups.ts';
import type { LiveOutput } from './live.ts';
import { patiently } from './patience.ts';
import { readOutput } from './read.ts';

/** One step of following an output: chunks in order, and whether it was the last step. */
export interface OutputBatch {
  readonly chunks: readonly Chunk[];
  /** Number of the last chunk of this batch, or the cursor that was asked with when there is none. */
  readonly cursor: number;
  readonly ended: boolean;
  /** The execution as it stands with this batch; when `ended`, with its end. */
  readonly execution: Execution;
}

/** An execution as this process knows it best: while it drives it, from memory. */
export interface LiveExecution {
  readonly execution: Execution;
  readonly output: LiveOutput;
}

export interface FollowDeps {
  readonly store: Pick<Store, 'getExecution' | 'readChunks'>;
  readonly wakeups: Wakeups;
  /** The execution when this process drives it. */
  readonly live: (id: string) => LiveExecution | undefined;
}

/**
 * One viewer of one output: a cursor and a wake-up, never a buffer. It reads when it is asked for more, so a slow
 * viewer costs nothing. `next()` is called one at a time, as `for await` and both transports do; `return()` may come
 * while it waits and settles it at once.
 */
export class OutputFollower implements AsyncIterableIterator<OutputBatch> {
  readonly #deps: FollowDeps;
  readonly #id: string;
  readonly #pause = new Pause();
  readonly #release: () => void;
  #cursor: number;
  #execution: Execution;
  /** Kept until the follower is done, so that everyone who watched a run sees its end from memory. */
  #live: LiveExecution | undefined;
  /** Aborted when the follower has ended or its viewer has left. */
  readonly #closed = new AbortController();

  /** @param onClose called once, when the follower has ended or its viewer has left */
  constructor(deps: FollowDeps, execution: Execution, after: number, onClose: () => void) {
    this.#deps = deps;
    this.#id = execution.id;
    this.#execution = execution;
    this.#cursor = after;
    const unwatch = deps.wakeups.watch(execution.id, () => this.#pause.end());
    this.#release = () => {
      if (this.#closed.signal.aborted) return;
      this.#closed.abort();
      unwatch();
      this.#pause.end();
      onClose();
    };
  }

  async next(): Promise<IteratorResult<OutputBatch>> {
    const { signal } = this.#closed;
    try {
      while (!signal.aborted) {
        this.#pause.begin();
        const batch = await patiently(() => this.#read(), signal);
        if (signal.aborted) break;
        if (batch) {
          if (batch.ended) this.#release();
          else await giveWay();
          return { value: batch, done: false };
        }
        await this.#pause.over;
      }
    } catch (error) {
      // Nobody is there any more to be told.
      if (signal.aborted) return DONE;
      this.#release();
      throw error;
    }
    return DONE;
  }

  return(): Promise<IteratorResult<OutputBatch>> {
    this.#release();
    return Promise.resolve(DONE);
  }

  [Symbol.asyncIterator](): this {
    return this;
  }

  /** Null when there is nothing new. */
  async #read(): Promise<OutputBatch | null> {
    this.#live = this.#findLive();
    const execution = this.#live?.execution ?? (await this.#readExecution());
    this.#execution = execution;
    const range = { after: this.#cursor, limit: PAGE_CHUNKS, maxBytes: EVENT_BYTES };
    const chunks = await readOutput(this.#deps.store, execution, this.#live?.output ?? null, range);
    this.#cursor = chunks.at(-1)?.seq ?? this.#cursor;
    const ended = hasEnded(execution) && this.#cursor >= (execution.lastSeq ?? 0);
    if (chunks.length === 0 && !ended) return null;
    return { chunks, cursor: this.#cursor, ended, execution };
  }

  /** A drive that is over without an end (it gave the execution back) knows nothing of what comes after it. */
  #findLive(): LiveExecution | undefined {
    const last = this.#live && hasEnded(this.#live.execution) ? this.#live : undefined;
    return this.#deps.live(this.#id) ?? last;
  }

  async #readExecution(): Promise<Execution> {
    if (hasEnded(this.#execution)) return this.#execution;
    const execution = await this.#deps.store.getExecution(this.#id);
    if (execution) return execution;
    throw new OutputMissingError(`Execution ${this.#id} was removed while its output was read.`);
  }
}

const DONE: IteratorReturnResult<undefined> = { value: undefined, done: true };

let turn = 0;

/**
 * A transport whose socket is gone drains its iterator without ever giving way to the event loop; nobody would see that
 * the socket is gone.
 */
function giveWay(): Promise<void> | undefined {
  turn = (turn + 1) % 256;
  return turn === 0 ? new Promise((resolve) => setImmediate(resolve)) : undefined;
}
