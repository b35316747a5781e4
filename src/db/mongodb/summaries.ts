import { LRUCache } from 'lru-cache';
import { chunkRange, seqOf } from './chunks.ts';
import type { Collections } from './collections.ts';

export interface Summary {
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
