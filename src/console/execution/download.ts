import { Chunks } from '../api/operations.ts';
import { request } from '../api/request.ts';

/**
 * Saves the whole output so far as a text file, as it was printed: from the server, which has also what this page no
 * longer shows.
 * @throws RefusedError
 */
export async function downloadOutput(id: string): Promise<void> {
  const parts: string[] = [];
  for (let [after, hasMore] = [0, true]; hasMore; ) {
    const { execution } = await request(Chunks, { id, after });
    if (!execution) break;
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
