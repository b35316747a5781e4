import { Chunks } from '../api/operations.ts';
import { RefusedError, request } from '../api/request.ts';

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
  const link = document.createElement('a');
  link.href = URL.createObjectURL(new Blob(parts, { type: 'text/plain' }));
  link.download = `${id}.txt`;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 60_000);
}
