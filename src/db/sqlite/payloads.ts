import type { DatabaseSync } from 'node:sqlite';
import type { Payload } from '../../executions/execution.ts';
import { parse } from './rows.ts';

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
    database.exec('PRAGMA secure_delete = ON');
    try {
      remove.run(id);
    } finally {
      database.exec('PRAGMA secure_delete = FAST');
    }
  };
}
