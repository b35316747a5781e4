import type { DatabaseSync } from 'node:sqlite';
import { type Execution, hasEnded, type StdinWrite } from '../../executions/execution.ts';
import { type ExecutionRow, encodeObject, SELECT_EXECUTION, toExecution } from './rows.ts';
import { withZeroing } from './zeroing.ts';

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
