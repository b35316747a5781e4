import { Latch } from '../../async/latch.ts';
import type { TurnLimiter } from '../../async/turn-limiter.ts';
import { EVENT_BYTES, PAGE_CHUNKS } from '../../bounds.ts';
import { OutputMissingError } from '../errors.ts';
import { type Execution, hasEnded } from '../execution.ts';
import type { Notifier } from '../notifier.ts';
import { withOutageGrace } from '../retry.ts';
import type { Store } from '../store.ts';
import type { Chunk } from './chunk.ts';
import type { LiveOutput } from './live.ts';
import { type ChunkReads, readOutput } from './read.ts';
import type { OutputSlice } from './slice.ts';
import type { WaitMessages } from './wait-messages.ts';

/**
 * One step of following an output: chunks in order, and whether it was the last step. The first comes at once, and one
 * without chunks whenever status or message change while nothing is printed.
 */
export interface OutputBatch {
  readonly chunks: readonly Chunk[];
  /** Number of the last chunk of this batch, or the cursor that was given when there is none. */
  readonly cursor: number;
  readonly ended: boolean;
  /** The execution as it stands with this batch; when `ended`, with its end. */
  readonly execution: Execution;
  /** Why it waits, while it is queued; else what its record says. */
  readonly message: string | null;
}

/** An active execution, from memory. */
export interface LiveExecution {
  readonly execution: Execution;
  readonly output: LiveOutput;
}

export interface FollowOptions {
  readonly store: Pick<Store, 'getExecution'> & ChunkReads;
  readonly notifier: Notifier;
  /** Bounds what all followers do in one turn of the event loop. */
  readonly turns: TurnLimiter;
  readonly batches: SharedBatches;
  readonly waits: Pick<WaitMessages, 'of'>;
  /** The execution when it is active in this process. */
  readonly live: (id: string) => LiveExecution | undefined;
}

/**
 * One viewer of one output: a cursor and a notification, never a buffer. It reads when more is requested, so a slow
 * viewer costs nothing. `next()` is called one at a time, as `for await` and both transports do; `return()` may come
 * while it waits and settles it at once.
 */
export class OutputFollower implements AsyncIterableIterator<OutputBatch> {
  readonly #options: FollowOptions;
  readonly #id: string;
  readonly #latch = new Latch();
  readonly #release: () => void;
  #cursor: number;
  #execution: Execution;
  /** Status and message of the last batch; null before the first. */
  #shown: (Pick<OutputBatch, 'message'> & Pick<Execution, 'status'>) | null = null;
  /** Kept until the follower is done, so that everyone who watched a run sees its end from memory. */
  #live: LiveExecution | undefined;
  /** Aborted when the follower has ended or its viewer has left. */
  readonly #closed = new AbortController();

  /** @param onClose called once, when the follower has ended or its viewer has left */
  constructor(options: FollowOptions, execution: Execution, after: number, onClose: () => void) {
    this.#options = options;
    this.#id = execution.id;
    this.#execution = execution;
    this.#cursor = after;
    const unwatch = options.notifier.watch(execution.id, () => this.#latch.open());
    this.#release = () => {
      if (this.#closed.signal.aborted) return;
      this.#closed.abort();
      unwatch();
      this.#latch.open();
      onClose();
    };
  }

  async next(): Promise<IteratorResult<OutputBatch>> {
    const { signal } = this.#closed;
    try {
      while (!signal.aborted) {
        await this.#options.turns.enter();
        if (signal.aborted) break;
        this.#latch.close();
        const batch = await withOutageGrace(() => this.#read(), signal);
        // A store that is read later responds to many followers in one turn.
        await this.#options.turns.reenter();
        if (signal.aborted) break;
        if (batch) {
          if (batch.ended) this.#release();
          return { value: batch, done: false };
        }
        await this.#latch.opened;
      }
    } catch (error) {
      // The viewer has left.
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
    const chunks = await readOutput(this.#options.store, execution, this.#live?.output ?? null, range);
    this.#cursor = chunks.at(-1)?.seq ?? this.#cursor;
    const ended = hasEnded(execution) && this.#cursor >= (execution.lastSeq ?? 0);
    const { status } = execution;
    const message = status === 'QUEUED' ? await this.#options.waits.of(execution) : execution.message;
    const isChanged = this.#shown?.status !== status || this.#shown.message !== message;
    if (chunks.length === 0 && !ended && !isChanged) return null;
    this.#shown = { status, message };
    return this.#options.batches.share({ chunks, cursor: this.#cursor, ended, execution, message });
  }

  /** An active execution that became inactive without an end (requeued, released) knows nothing of what follows. */
  #findLive(): LiveExecution | undefined {
    const last = this.#live && hasEnded(this.#live.execution) ? this.#live : undefined;
    return this.#options.live(this.#id) ?? last;
  }

  async #readExecution(): Promise<Execution> {
    if (hasEnded(this.#execution)) return this.#execution;
    const execution = await this.#options.store.getExecution(this.#id);
    if (execution) return execution;
    throw new OutputMissingError(`Execution ${this.#id} was removed while its output was read.`);
  }
}

const DONE: IteratorReturnResult<undefined> = { value: undefined, done: true };

/**
 * One batch for all viewers who are given the same chunks of an execution that stands the same: whoever makes something
 * from a batch may keep it for the others by the batch's identity.
 */
export class SharedBatches {
  readonly #batches = new WeakMap<OutputSlice, OutputBatch>();

  /** The batch made before when there is one that says the same, else this one. */
  share(batch: OutputBatch): OutputBatch {
    const made = this.#batches.get(batch.chunks);
    if (made !== undefined && isSame(made, batch)) return made;
    this.#batches.set(batch.chunks, batch);
    return batch;
  }
}

/** Of two that have ended both are the end's record, which does not change. */
function isSame(one: OutputBatch, other: OutputBatch): boolean {
  if (one.cursor !== other.cursor || one.ended !== other.ended || one.message !== other.message) return false;
  if (one.execution === other.execution) return true;
  return one.execution.id === other.execution.id && hasEnded(one.execution) && hasEnded(other.execution);
}
