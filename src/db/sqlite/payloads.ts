import type { DatabaseSync } from 'node:sqlite';
import type { Payload } from '../../executions/execution.ts';
import { parse } from './rows.ts';
import { withZeroing } from './zeroing.ts';

interface PayloadRow {
  readonly empty_payload: number;
  readonly stdin: string | null;
  readonly env: string;
  readonly files: string;
  readonly contents: Uint8Array;
}

export const GET_PAYLOAD = `
  SELECT empty_payload, stdin, env, files, contents
  FROM executions AS e LEFT JOIN payloads AS p ON p.number = e.number
  WHERE id = ? AND hidden = 0`;

/** Null once erased. */
export function prepareGetPayload(database: DatabaseSync): (id: string) => Payload | null {
  const select = database.prepare(GET_PAYLOAD);
  return (id) => {
    const row = select.get(id) as PayloadRow | undefined;
    if (row?.empty_payload === 1) return { stdin: '', files: [], env: [] };
    if (row === undefined || row.stdin === null) return null;
    let offset = 0;
    const files = parse<{ path: string; bytes: number }[]>(row.files).map(({ path, bytes }) => {
      const content = row.contents.subarray(offset, offset + bytes);
      offset += bytes;
      return { path, content };
    });
    return { stdin: row.stdin, files, env: parse<Payload['env']>(row.env) };
  };
}

export const DELETE_PAYLOAD =
  'DELETE FROM payloads WHERE number = (SELECT number FROM executions WHERE id = ?)';

/**
 * Erases a payload. It holds secrets, so its pages are zeroed even where that means an extra write; what the
 * write-ahead log still has of it is overwritten as the log goes round.
 */
export function prepareDeletePayload(database: DatabaseSync): (id: string) => void {
  const markErased = database.prepare(
    'UPDATE executions SET empty_payload = 0 WHERE id = ? AND empty_payload = 1',
  );
  const remove = database.prepare(DELETE_PAYLOAD);
  return (id) => {
    if (markErased.run(id).changes > 0) return;
    withZeroing(database, () => remove.run(id));
  };
}

/** The table holds the payloads of what has not started yet, and hardly any other: a walk over it is short. */
export const DELETE_ORPHANED_PAYLOADS = `
  DELETE FROM payloads WHERE number IN (
    SELECT p.number FROM payloads AS p CROSS JOIN executions AS e ON e.number = p.number
    WHERE e.status IN ('SUCCEEDED', 'FAILED', 'CANCELLED')
  )`;

/** As that table, it holds what programs have not read yet. */
export const DELETE_ORPHANED_STDIN = `
  DELETE FROM stdin WHERE number IN (
    SELECT s.number FROM stdin AS s CROSS JOIN executions AS e ON e.number = s.number
    WHERE e.status IN ('SUCCEEDED', 'FAILED', 'CANCELLED')
  )`;

/** Erases the payloads and stdin of executions that have ended, whose process died before it could. */
export function prepareEraseOrphanedPayloads(database: DatabaseSync): () => void {
  const remove = database.prepare(DELETE_ORPHANED_PAYLOADS);
  const removeStdin = database.prepare(DELETE_ORPHANED_STDIN);
  return () =>
    withZeroing(database, () => {
      remove.run();
      removeStdin.run();
    });
}
