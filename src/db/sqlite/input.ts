import type { DatabaseSync } from 'node:sqlite';
import { type Execution, hasEnded, type Payload, type StdinWrite } from '../../executions/execution.ts';
import { type ExecutionRow, encodeObject, parse, SELECT_EXECUTION, toExecution } from './rows.ts';

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

/** Atomic because all of it runs in one synchronous turn within one transaction, and no one else writes. */
export function prepareAppendStdin(
  database: DatabaseSync,
): (id: string, write: StdinWrite) => Execution | null {
  const select = database.prepare(`${SELECT_EXECUTION} WHERE id = ? AND hidden = 0`);
  const insert = database.prepare('INSERT INTO stdin (number, offset, data) VALUES (?, ?, ?)');
  const update = database.prepare(
    'UPDATE executions SET stdin_bytes = ?, stdin_closed = ?, last_stdin_write = ? WHERE number = ?',
  );
  return (id, { offset, data, end, hash }) => {
    const row = select.get(id) as ExecutionRow | undefined;
    if (row === undefined) return null;
    const execution = toExecution(row);
    const { stdinOpen, stdinClosed, stdinBytes } = execution;
    if (hasEnded(execution) || !stdinOpen || stdinClosed || stdinBytes !== offset) return null;
    if (data.byteLength > 0) insert.run(row.number, offset, data);
    const change = {
      stdinBytes: offset + data.byteLength,
      stdinClosed: end,
      lastStdinWrite: { offset, hash },
    };
    update.run(change.stdinBytes, end ? 1 : 0, encodeObject(change.lastStdinWrite), row.number);
    return { ...execution, ...change };
  };
}

const GET_NUMBER = 'SELECT number FROM executions WHERE id = ? AND hidden = 0';

/** From the write that `from` lies in. */
export const READ_STDIN = `
  SELECT offset, data FROM stdin WHERE number = ?1
    AND offset >= coalesce((SELECT max(offset) FROM stdin WHERE number = ?1 AND offset <= ?2), ?2)
  ORDER BY offset`;

/** Reads row by row and stops where there is enough. */
export function prepareReadStdin(
  database: DatabaseSync,
): (id: string, from: number, maxBytes: number) => Uint8Array {
  const getNumber = database.prepare(GET_NUMBER);
  const select = database.prepare(READ_STDIN);
  return (id, from, maxBytes) => {
    const found = getNumber.get(id) as { number: number } | undefined;
    const parts: Uint8Array[] = [];
    let next = from;
    for (const row of found === undefined ? [] : select.iterate(found.number, from)) {
      const { offset, data } = row as unknown as { offset: number; data: Uint8Array };
      // What is before a gap is all there is: the rest was erased.
      if (offset > next || next - from >= maxBytes) break;
      const part = data.subarray(next - offset, next - offset + maxBytes - (next - from));
      parts.push(part);
      next += part.byteLength;
    }
    return Buffer.concat(parts);
  };
}

export const DELETE_STDIN = `
  DELETE FROM stdin WHERE number = (SELECT number FROM executions WHERE id = ?1) AND offset + length(data) <= ?2`;

/** What people type may be secret, as payloads are: its pages are zeroed. */
export function prepareDeleteStdin(database: DatabaseSync): (id: string, upTo: number) => void {
  const remove = database.prepare(DELETE_STDIN);
  return (id, upTo) => withZeroing(database, () => remove.run(id, Math.min(upTo, Number.MAX_SAFE_INTEGER)));
}

/** Overwrites what is deleted with zeros, in pages too that need not be written otherwise. */
function withZeroing(database: DatabaseSync, deletion: () => void): void {
  database.exec('PRAGMA secure_delete = ON');
  try {
    deletion();
  } finally {
    database.exec('PRAGMA secure_delete = FAST');
  }
}
