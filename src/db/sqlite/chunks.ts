import type { DatabaseSync } from 'node:sqlite';
import { type Chunk, chunkBytes, type Display } from '../../executions/output/chunk.ts';
import type { ChunkRange } from '../../executions/store.ts';
import { encodeObject, parse } from './rows.ts';

export const GET_NUMBER = 'SELECT number FROM executions WHERE id = ?';

/** The number of the execution with this id, a tombstone or not. */
function prepareGetNumber(database: DatabaseSync): (id: string) => number | null {
  const select = database.prepare(GET_NUMBER);
  return (id) => (select.get(id) as { number: number } | undefined)?.number ?? null;
}

const INSERT_CHUNK =
  'INSERT INTO chunks (key, stream, text, at, display) VALUES (?1 << 32 | ?2, ?3, ?4, ?5, ?6) ON CONFLICT DO NOTHING';

/** Chunks of an execution that is not there (removed meanwhile) are dropped: nothing would ever remove them. */
export function prepareAppendChunks(
  database: DatabaseSync,
): (batches: readonly { executionId: string; chunks: readonly Chunk[] }[]) => void {
  const getNumber = prepareGetNumber(database);
  const insert = database.prepare(INSERT_CHUNK);
  return (batches) => {
    for (const { executionId, chunks } of batches) {
      const number = getNumber(executionId);
      if (number === null) continue;
      for (const { seq, stream, text, at, display = null } of chunks) {
        insert.run(number, seq, stream, text, at, encodeObject(display));
      }
    }
  };
}

export const READ_CHUNKS = `
  SELECT key & 0xffffffff AS seq, stream, text, at, display FROM chunks
  WHERE key > (?1 << 32 | ?2) AND key < (?1 + 1 << 32) ORDER BY key LIMIT ?3`;

type ChunkRow = Omit<Chunk, 'display'> & { readonly display: string | null };

/** Reads row by row and stops at the byte bound, so that no more text is brought into memory than is handed out. */
export function prepareReadChunks(
  database: DatabaseSync,
): (executionId: string, range: ChunkRange) => Chunk[] {
  const getNumber = prepareGetNumber(database);
  const select = database.prepare(READ_CHUNKS);
  return (executionId, { after, limit, maxBytes }) => {
    const number = getNumber(executionId);
    const found: Chunk[] = [];
    if (number === null || limit < 1) return found;
    let bytes = 0;
    for (const row of select.iterate(number, after, limit)) {
      const { seq, stream, text, at, display } = row as unknown as ChunkRow;
      const chunk = { seq, stream, text, at, ...(display !== null && { display: parse<Display>(display) }) };
      bytes += chunkBytes(chunk);
      if (bytes > maxBytes && found.length > 0) break;
      found.push(chunk);
    }
    return found;
  };
}

/** `octet_length` reads the length from the row's head, not the text. */
export const SUMMARIZE_CHUNKS = `
  SELECT coalesce(max(key) & 0xffffffff, 0) AS lastSeq, coalesce(sum(octet_length(text)), 0) AS bytes FROM chunks
  WHERE key > (?1 << 32) AND key < (?1 + 1 << 32)`;

export function prepareSummarizeChunks(
  database: DatabaseSync,
): (executionId: string) => { lastSeq: number; bytes: number } {
  const getNumber = prepareGetNumber(database);
  const select = database.prepare(SUMMARIZE_CHUNKS);
  return (executionId) => {
    const number = getNumber(executionId);
    if (number === null) return { lastSeq: 0, bytes: 0 };
    const { lastSeq, bytes } = select.get(number) as { lastSeq: number; bytes: number };
    return { lastSeq, bytes };
  };
}
