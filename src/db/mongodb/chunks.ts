import { LRUCache } from 'lru-cache';
import { CHUNK_BYTES } from '../../bounds.ts';
import { type Chunk, chunkBytes, untilGap } from '../../executions/output/chunk.ts';
import type { ChunkRange } from '../../executions/store.ts';
import { type Collections, findByIds } from './collections.ts';
import { type ChunkDocument, DOCUMENT_VERSION, TOMBSTONE } from './documents.ts';
import { hasOnlyDuplicates } from './errors.ts';

/** Digits of a number within an id: ids sort as their numbers do. */
const SEQ_DIGITS = 10;
const MAX_SEQ = 10 ** SEQ_DIGITS - 1;

/**
 * A chunk's `_id`: the one index that `output` has makes the number unique within its execution, and a range of it is
 * the execution's output in order.
 */
export function chunkId(executionId: string, seq: number): string {
  return `${executionId}/${String(seq).padStart(SEQ_DIGITS, '0')}`;
}

export function seqOf({ _id }: Pick<ChunkDocument, '_id'>): number {
  return Number(_id.slice(-SEQ_DIGITS));
}

/** The execution that a chunk of this `_id` belongs to. */
export function executionIdOf(chunkId: string): string {
  return chunkId.slice(0, -SEQ_DIGITS - 1);
}

/** Above `after`, up to `last`. */
export function chunkRange(
  executionId: string,
  after: number,
  last = MAX_SEQ,
): { $gt: string; $lte: string } {
  return {
    $gt: chunkId(executionId, Math.min(after, MAX_SEQ)),
    $lte: chunkId(executionId, Math.min(last, MAX_SEQ)),
  };
}

/** Unordered, so that one that is there already does not keep those behind it out. */
export async function appendChunks(
  { output }: Collections,
  batches: readonly { executionId: string; chunks: readonly Chunk[] }[],
): Promise<void> {
  const documents = batches.flatMap(({ executionId, chunks }) =>
    chunks.map(({ seq, stream, text, at, display }) => ({
      _id: chunkId(executionId, seq),
      v: DOCUMENT_VERSION,
      stream,
      text,
      bytes: Buffer.byteLength(text),
      at: new Date(at),
      ...(display && { display, displayBytes: chunkBytes({ text: '', display }) }),
    })),
  );
  if (documents.length === 0) return;
  try {
    await output.insertMany(documents, { ordered: false });
  } catch (error) {
    if (!hasOnlyDuplicates(error)) throw error;
  }
}

/** Chunks requested at once: at `CHUNK_BYTES` each well below the 16 MB that one response of MongoDB holds. */
const MAX_REQUESTED = 500;
const FIRST_REQUESTED = 10;

/**
 * A removal under way takes chunks in no order within a batch: of an execution that is being removed only what stands
 * before the first missing chunk is handed out.
 */
export async function readChunks(
  { executions, output }: Collections,
  executionId: string,
  range: ChunkRange,
): Promise<Chunk[]> {
  const found = await readRange(output, executionId, range);
  const whole = untilGap(found, range.after);
  if (whole.length === found.length) return found;
  const record = await executions.findOne(
    { _id: executionId, status: { $ne: TOMBSTONE } },
    { projection: { _id: 1 } },
  );
  return record ? found : found.slice(0, whole.length);
}

/**
 * Asks for few chunks first and then, knowing how long they are, for as many as should fit: neither side reads much more
 * text than is handed out, and no cursor stays open.
 */
async function readRange(
  output: Collections['output'],
  executionId: string,
  { after, limit, maxBytes }: ChunkRange,
): Promise<Chunk[]> {
  const found: Chunk[] = [];
  let bytes = 0;
  let requested = Math.max(FIRST_REQUESTED, Math.ceil(maxBytes / CHUNK_BYTES));
  for (let last = after; found.length < limit; ) {
    requested = Math.min(requested, MAX_REQUESTED, limit - found.length);
    const documents = await output
      .find(
        { _id: chunkRange(executionId, last) },
        { sort: { _id: 1 }, limit: requested, batchSize: requested, singleBatch: true },
      )
      .toArray();
    for (const document of documents) {
      const { stream, text, at, display, displayBytes = 0 } = document;
      bytes += document.bytes + displayBytes;
      if (bytes > maxBytes && found.length > 0) return found;
      last = seqOf(document);
      found.push({ seq: last, stream, text, at: at.getTime(), ...(display && { display }) });
    }
    if (documents.length < requested) break;
    requested = Math.ceil((maxBytes - bytes) / Math.max(1, bytes / found.length)) + 1;
  }
  return found;
}

/** Which of these chunks are there: the ids of their executions. */
export async function findChunks(
  { output }: Collections,
  chunks: readonly { executionId: string; seq: number }[],
): Promise<string[]> {
  const found = await findByIds<ChunkDocument, { _id: string }>(
    output,
    chunks.map(({ executionId, seq }) => chunkId(executionId, seq)),
    { projection: { _id: 1 } },
  );
  return found.map(({ _id }) => executionIdOf(_id));
}

interface Summary {
  /** The highest number that is stored with all before it. */
  readonly lastSeq: number;
  /** UTF-8 bytes of the text up to there. */
  readonly bytes: number;
}

const NOTHING: Summary = { lastSeq: 0, bytes: 0 };

/** Executions whose summary is remembered; the least recently used is dropped first. */
const REMEMBERED = 1000;

/**
 * How far the output of executions is stored without a gap. Chunks do not change, so each question goes on where the one
 * before it ended: who watches a long output grow does not have all of it counted again each time. What was read was
 * confirmed by a majority, and so goes away by the execution's removal only.
 */
export class Summaries {
  readonly #known = new LRUCache<string, Summary>({ max: REMEMBERED });

  async summarize({ output }: Collections, executionId: string): Promise<Summary> {
    const known = this.#known.get(executionId) ?? NOTHING;
    // From the last one known on: if not even that is there, another process has removed the output.
    const last = await output.findOne(
      { _id: chunkRange(executionId, Math.max(0, known.lastSeq - 1)) },
      { sort: { _id: -1 }, projection: { _id: 1 } },
    );
    if (last === null) {
      this.#known.delete(executionId);
      return NOTHING;
    }
    if (seqOf(last) === known.lastSeq) return known;
    const summary = await addUp(output, executionId, known, seqOf(last));
    this.#known.set(executionId, summary);
    return summary;
  }
}

type Output = Collections['output'];

/**
 * Adds to `known` what follows up to chunk `last`, or up to the first gap: a batch is not stored all at once, and a
 * process may die in its middle. A gap is found by halves, which only counts entries of the index.
 */
async function addUp(output: Output, executionId: string, known: Summary, last: number): Promise<Summary> {
  const { count, bytes } = await sum(output, executionId, known.lastSeq, last);
  if (count === last - known.lastSeq) return { lastSeq: last, bytes: known.bytes + bytes };
  let whole = known.lastSeq;
  for (let broken = last; broken - whole > 1; ) {
    const middle = whole + Math.floor((broken - whole) / 2);
    const found = await output.countDocuments({ _id: chunkRange(executionId, whole, middle) });
    if (found === middle - whole) whole = middle;
    else broken = middle;
  }
  const upToGap = await sum(output, executionId, known.lastSeq, whole);
  return { lastSeq: whole, bytes: known.bytes + upToGap.bytes };
}

/** Two questions: FerretDB adds up one thing in a group. */
async function sum(
  output: Output,
  executionId: string,
  after: number,
  last: number,
): Promise<{ count: number; bytes: number }> {
  const range = { _id: chunkRange(executionId, after, last) };
  const [count, [sum]] = await Promise.all([
    output.countDocuments(range),
    output
      .aggregate<{ bytes: number }>([{ $match: range }, { $group: { _id: null, bytes: { $sum: '$bytes' } } }])
      .toArray(),
  ]);
  return { count, bytes: sum?.bytes ?? 0 };
}
