import { Readable } from 'node:stream';
import { CHUNK_BYTES, EVENT_BYTES, PAGE_CHUNKS } from '../../bounds.ts';
import { type Execution, hasEnded } from '../execution.ts';
import { readStored } from '../files/read.ts';
import type { Store } from '../store.ts';
import type { Chunk, DisplayPart, OutputStream } from './chunk.ts';
import type { FollowOptions } from './follow.ts';
import { readOutput } from './read.ts';
import type { OutputSlice } from './slice.ts';

export interface OutputSummary {
  readonly bytes: number;
  readonly truncated: boolean;
}

/** Text that is read from the store at once while a whole output is put together, bytes. */
const TEXT_BYTES = 1024 * 1024;

/** Chunks that are read for each line of a tail; programs that print a line in more pieces get a shorter tail. */
const CHUNKS_FOR_A_LINE = 2;
/** Chunks that are read first for a tail; as many again, and so on, until they hold its lines. */
const TAIL_CHUNKS = 4;
/** Tails that are kept for other viewers of the same: up to 32 KiB of text each. */
const TAILS = 64;

export interface ReadOptions {
  readonly store: Store;
  readonly following: Pick<FollowOptions, 'live' | 'store' | 'turns'>;
}

/** What the edges may read of an output. */
export type OutputApi = Pick<OutputReader, keyof OutputReader>;

/** Reads outputs as they stand now. All throw OutputMissingError and UnavailableError. */
export class OutputReader {
  readonly #options: ReadOptions;
  readonly #tails = new Map<string, Promise<string[]>>();

  constructor(options: ReadOptions) {
    this.#options = options;
  }

  async summary(execution: Execution): Promise<OutputSummary> {
    if (hasEnded(execution)) return { bytes: execution.outputBytes, truncated: execution.outputTruncated };
    const live = this.#options.following.live(execution.id);
    const bytes = live?.output.bytes ?? (await this.#options.store.summarizeChunks(execution.id)).bytes;
    return { bytes, truncated: false };
  }

  /** Both streams in arrival order unless one is named. */
  async text(execution: Execution, stream?: OutputStream): Promise<string> {
    let text = '';
    for (let after = 0; ; ) {
      await this.#options.following.turns.enter();
      const chunks = await this.#read(execution, after, PAGE_CHUNKS, TEXT_BYTES);
      const last = chunks.at(-1);
      if (!last) return text;
      for (const chunk of chunks) if (stream === undefined || chunk.stream === stream) text += chunk.text;
      after = last.seq;
    }
  }

  /** The chunk of this number; null when there is none yet, or will be none. */
  async chunk(execution: Execution, seq: number): Promise<Chunk | null> {
    if (seq > (execution.lastSeq ?? seq)) return null;
    const [chunk] = await this.#read(execution, seq - 1, 1, 1);
    return chunk?.seq === seq ? chunk : null;
  }

  /** The content of a part of a rich result, a piece at a time, to be read as it is sent. */
  part({ id }: Execution, { stored, data, isBase64 }: DisplayPart): AsyncIterable<Uint8Array> {
    if (stored === undefined) return Readable.from([Buffer.from(data, isBase64 ? 'base64' : 'utf8')]);
    return readStored(this.#options.store, id, stored, 'a rich result', { from: 0, to: stored.bytes });
  }

  /** The chunks numbered above `after`: `first` at most, and no more text than one event carries. */
  async page(
    execution: Execution,
    first: number,
    after: number,
  ): Promise<{ chunks: readonly Chunk[]; hasMore: boolean }> {
    const chunks = await this.#read(execution, after, first, EVENT_BYTES);
    const cursor = chunks.at(-1)?.seq ?? after;
    const last = execution.lastSeq ?? this.#options.following.live(execution.id)?.output.visibleSeq;
    if (last !== undefined) return { chunks, hasMore: cursor < last };
    const next = await this.#read(execution, cursor, 1, 1);
    return { chunks, hasMore: next.length > 0 };
  }

  /**
   * The text in pieces of at most some 64 KiB, both streams in arrival order, which are read on demand; the event loop turns
   * between them. The first is read before it resolves.
   */
  async pieces(execution: Execution): Promise<AsyncIterableIterator<string>> {
    const first = await this.#piece(execution, 0);
    return this.#piecesFrom(execution, first);
  }

  async *#piecesFrom(execution: Execution, first: OutputSlice): AsyncGenerator<string, void, void> {
    for (let chunks = first; ; ) {
      const last = chunks.at(-1);
      if (!last) return;
      yield chunks.map(({ text }) => text).join('');
      chunks = await this.#piece(execution, last.seq);
    }
  }

  /** The same page that viewers get. */
  async #piece(execution: Execution, after: number): Promise<OutputSlice> {
    const { live, store, turns } = this.#options.following;
    await turns.enter();
    const range = { after, limit: PAGE_CHUNKS, maxBytes: EVENT_BYTES };
    return readOutput(store, execution, live(execution.id)?.output ?? null, range);
  }

  /**
   * The last lines printed up to chunk number `upTo`, both streams in arrival order; long ones are cut. Those who want
   * the same share one result: chunks do not change.
   */
  tail(execution: Execution, upTo: number, lines: number): Promise<string[]> {
    const key = `${execution.id} ${upTo} ${lines}`;
    const made = this.#tails.get(key);
    if (made !== undefined) return made;
    const tail = this.#readTail(execution, upTo, lines);
    this.#tails.set(key, tail);
    tail.catch(() => this.#tails.delete(key));
    for (const oldest of this.#tails.keys()) {
      if (this.#tails.size <= TAILS) break;
      this.#tails.delete(oldest);
    }
    return tail;
  }

  async #readTail(execution: Execution, upTo: number, lines: number): Promise<string[]> {
    const first = Math.max(0, upTo - lines * CHUNKS_FOR_A_LINE);
    let chunks: OutputSlice = [];
    let from = upTo;
    while (from > first && !holdsLines(chunks, lines)) {
      const to = from;
      from = Math.max(first, to - Math.max(TAIL_CHUNKS, chunks.length));
      chunks = [...(await this.#readBetween(execution, from, to)), ...chunks];
    }
    return lastLines(chunks, lines);
  }

  async #readBetween(execution: Execution, after: number, upTo: number): Promise<OutputSlice> {
    const chunks: Chunk[] = [];
    // The store has the beginning, and memory what is not stored yet.
    for (let from = after; from < upTo; ) {
      const some = await this.#read(execution, from, upTo - from, (upTo - from) * CHUNK_BYTES);
      const last = some.at(-1);
      if (!last) break;
      chunks.push(...some);
      from = last.seq;
    }
    return chunks;
  }

  #read(execution: Execution, after: number, limit: number, maxBytes: number): Promise<readonly Chunk[]> {
    const live = this.#options.following.live(execution.id)?.output ?? null;
    return readOutput(this.#options.store, execution, live, { after, limit, maxBytes });
  }
}

/** UTF-16 code units of a line that a tail shows. */
const LINE_LENGTH = 500;

/** The last lines of some chunks, both streams in arrival order; long ones are cut. */
function lastLines(chunks: OutputSlice, count: number): string[] {
  const text = chunks.map((chunk) => chunk.text).join('');
  const end = text.endsWith('\n') ? text.length - 1 : text.length;
  const lines: string[] = [];
  if (text === '') return lines;
  for (let to = end; lines.length < count && to >= 0; ) {
    const from = text.lastIndexOf('\n', to - 1) + 1;
    lines.push(cut(text, to === 0 ? 0 : from, to));
    to = to === 0 ? -1 : from - 1;
  }
  return lines.reverse();
}

/** Whether the last `count` lines begin within these chunks, whether or not the text ends with a line's end. */
function holdsLines(chunks: OutputSlice, count: number): boolean {
  let ends = 0;
  for (const { text } of chunks) {
    for (let at = text.indexOf('\n'); at >= 0; at = text.indexOf('\n', at + 1)) {
      if (++ends > count) return true;
    }
  }
  return false;
}

/** A copy: a slice would keep the whole text in memory for as long as the line is. */
function cut(text: string, from: number, to: number): string {
  const line = text.slice(from, Math.min(to, from + LINE_LENGTH));
  const copy = JSON.parse(JSON.stringify(line)) as string;
  return to - from > LINE_LENGTH ? `${copy}…` : copy;
}
