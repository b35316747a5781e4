import { CHUNK_BYTES, EVENT_BYTES, PAGE_CHUNKS } from '../../bounds.ts';
import { type Chunk, type Execution, hasEnded, type OutputStream } from '../execution.ts';
import type { Store } from '../store.ts';
import type { FollowDeps } from './follow.ts';
import { readOutput } from './read.ts';

export interface OutputSummary {
  readonly bytes: number;
  readonly truncated: boolean;
}

/** Text that is read from the store at once while a whole output is put together, bytes. */
const TEXT_BYTES = 1024 * 1024;

/** Chunks that are read for each line of a tail; programs that print a line in more pieces get a shorter tail. */
const CHUNKS_FOR_A_LINE = 2;
/** UTF-16 code units of a line that a tail shows. */
const LINE_LENGTH = 500;

interface ReadDeps extends Pick<FollowDeps, 'live'> {
  readonly store: Store;
}

/** Reads outputs as they stand now. All throw OutputMissingError and UnavailableError. */
export class OutputReader {
  readonly #deps: ReadDeps;

  constructor(deps: ReadDeps) {
    this.#deps = deps;
  }

  async summary(execution: Execution): Promise<OutputSummary> {
    if (hasEnded(execution)) return { bytes: execution.outputBytes, truncated: execution.outputTruncated };
    const live = this.#deps.live(execution.id);
    const bytes = live?.output.bytes ?? (await this.#deps.store.summarizeChunks(execution.id)).bytes;
    return { bytes, truncated: false };
  }

  /** Both streams in arrival order unless one is named. */
  async text(execution: Execution, stream?: OutputStream): Promise<string> {
    let text = '';
    for (let after = 0; ; ) {
      const chunks = await this.#read(execution, after, PAGE_CHUNKS, TEXT_BYTES);
      const last = chunks.at(-1);
      if (!last) return text;
      for (const chunk of chunks) if (stream === undefined || chunk.stream === stream) text += chunk.text;
      after = last.seq;
    }
  }

  /** The chunks numbered above `after`: `first` at most, and no more text than one event carries. */
  async page(
    execution: Execution,
    first: number,
    after: number,
  ): Promise<{ chunks: readonly Chunk[]; hasMore: boolean }> {
    const chunks = await this.#read(execution, after, first, EVENT_BYTES);
    const cursor = chunks.at(-1)?.seq ?? after;
    const last = execution.lastSeq ?? this.#deps.live(execution.id)?.output.visibleSeq;
    if (last !== undefined) return { chunks, hasMore: cursor < last };
    const next = await this.#read(execution, cursor, 1, 1);
    return { chunks, hasMore: next.length > 0 };
  }

  /** The last lines printed up to chunk number `upTo`, both streams in arrival order; long ones are cut. */
  async tail(execution: Execution, upTo: number, lines: number): Promise<string[]> {
    const count = Math.min(upTo, lines * CHUNKS_FOR_A_LINE);
    const chunks: Chunk[] = [];
    // The store has the beginning, and memory what is not stored yet.
    for (let after = upTo - count; after < upTo; ) {
      const some = await this.#read(execution, after, upTo - after, count * CHUNK_BYTES);
      const last = some.at(-1);
      if (!last) break;
      chunks.push(...some);
      after = last.seq;
    }
    const all = chunks
      .map(({ text }) => text)
      .join('')
      .split('\n');
    if (all.at(-1) === '') all.pop();
    return all
      .slice(-lines)
      .map((line) => (line.length > LINE_LENGTH ? `${line.slice(0, LINE_LENGTH)}…` : line));
  }

  #read(execution: Execution, after: number, limit: number, maxBytes: number): Promise<readonly Chunk[]> {
    const live = this.#deps.live(execution.id)?.output ?? null;
    return readOutput(this.#deps.store, execution, live, { after, limit, maxBytes });
  }
}
