import { OutputMissingError } from '../errors.ts';
import { type Execution, hasEnded } from '../execution.ts';
import type { ChunkRange } from '../store.ts';
import { type Chunk, untilGap } from './chunk.ts';
import type { LiveOutput } from './live.ts';
import type { OutputSlice } from './slice.ts';

/** What reading an output needs of the store. */
export interface ChunkReads {
  /** As `Store.readChunks`. */
  readChunks(executionId: string, range: ChunkRange): Promise<readonly Chunk[]>;
}

/**
 * Reads what follows `range.after` of one execution's output: from memory while it is active in this process
 * and memory still holds it, else from the store. `execution` must have been read before its chunks are, so that its end is
 * never reported too early.
 * @throws OutputMissingError when a chunk that must be there is not
 */
export async function readOutput(
  store: ChunkReads,
  execution: Execution,
  live: LiveOutput | null,
  range: ChunkRange,
): Promise<OutputSlice> {
  const fromMemory = live?.read(range);
  if (fromMemory) return fromMemory;
  const last = execution.lastSeq ?? live?.visibleSeq ?? Number.MAX_SAFE_INTEGER;
  if (range.after >= last) return [];
  const limit = Math.min(range.limit, last - range.after);
  const stored = await store.readChunks(execution.id, { ...range, limit });
  const slice = untilGap(stored, range.after);
  if (slice.length === 0 && hasEnded(execution)) {
    throw new OutputMissingError(
      `The output of execution ${execution.id} is no longer there: expected chunk ${range.after + 1} of ${last}.`,
    );
  }
  return slice;
}
