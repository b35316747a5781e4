import type { ChunkRange } from '../store.ts';
import { type Chunk, chunkBytes } from './chunk.ts';

/** Chunks in order, without a gap, beginning right after the cursor that was given. */
export type OutputSlice = readonly Chunk[];

/** The chunks at `[from, to)` of `chunks`, within the range's bounds; one at least when there is one. */
export function sliceOf(
  chunks: readonly Chunk[],
  from: number,
  to: number,
  { limit, maxBytes }: Pick<ChunkRange, 'limit' | 'maxBytes'>,
): OutputSlice {
  let end = from;
  let bytes = 0;
  while (end < to && end - from < limit) {
    const chunk = chunks[end];
    if (!chunk) break;
    bytes += chunkBytes(chunk);
    if (bytes > maxBytes && end > from) break;
    end++;
  }
  return chunks.slice(from, end);
}
