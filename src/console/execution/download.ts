import { Chunks } from '../api/operations.ts';
import { RefusedError, request } from '../api/request.ts';
import { save } from '../save.ts';

/**
 * Saves the whole output so far as a text file, as it was printed: from the server, which has also what this page no
 * longer shows.
 * @throws RefusedError; the reason of `signal`
 */
export async function downloadOutput(id: string, signal: AbortSignal): Promise<void> {
  const parts: string[] = [];
  for (let [after, hasMore] = [0, true]; hasMore; ) {
    const { execution } = await request(Chunks, { id, after }, signal);
    if (!execution) throw new RefusedError('NOT_FOUND', `There is no execution with the id ${id} any more.`);
    const { chunks, cursor } = execution.chunks;
    parts.push(...chunks.map(({ text }) => text));
    [after, hasMore] = [cursor, execution.chunks.hasMore];
  }
  save(new Blob(parts, { type: 'text/plain' }), `${id}.txt`);
}
