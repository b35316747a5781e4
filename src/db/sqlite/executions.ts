import type { DatabaseSync, SQLInputValue, StatementSync } from 'node:sqlite';
import type { Execution, ExecutionChange, Payload } from '../../executions/execution.ts';
import type { Expected } from '../../executions/store.ts';
import { recordedSkew } from '../id-time.ts';
import {
  CHANGE_COLUMNS,
  type ExecutionRow,
  encodeList,
  encodeObject,
  encodeOutputFiles,
  SELECT_EXECUTION,
  storedUniqueKey,
  toExecution,
} from './rows.ts';
import { ROW_VERSION } from './schema.ts';

/** UTF-16 code units of code and arguments kept within the record's row, so that most rows fit a page. */
const SMALL_PROGRAM = 1024;

/** Inserts the record, its program and its payload; false when its id or unique key is taken and nothing was inserted. */
export function prepareCreateExecution(
  database: DatabaseSync,
): (execution: Execution, payload: Payload) => boolean {
  const insertExecution = database.prepare(`
    INSERT INTO executions (
      version, id, caller, unique_key, input_hash, status, end_reason, message, exit_code, signal, language, file_name,
      labels, limits, session_id, context, stdin_open, stdin_bytes, stdin_closed, stdin_read, last_stdin_write, interrupts,
      output_files, left_files, omitted_files, last_seq, output_bytes, output_truncated, created_at, started_at, finished_at,
      cancel_requested_at, usage, runner, owner, epoch, code, args, empty_payload
    ) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?,
      ?, ?, ?, ?, ?, ?, ?, ?, ?)
    ON CONFLICT DO NOTHING`);
  const insertProgram = database.prepare('INSERT INTO programs (number, code, args) VALUES (?, ?, ?)');
  const insertPayload = database.prepare(
    'INSERT INTO payloads (number, stdin, env, files, contents) VALUES (?, ?, ?, ?, ?)',
  );
  const raiseSkew = database.prepare('UPDATE skew SET ms = max(ms, ?)');

  return (execution, payload) => {
    const args = JSON.stringify(execution.args);
    const isSmall = execution.code.length + args.length <= SMALL_PROGRAM;
    const isEmpty = payload.stdin === '' && payload.files.length === 0 && payload.env.length === 0;
    const { changes, lastInsertRowid: number } = insertExecution.run(
      ROW_VERSION,
      execution.id,
      execution.caller,
      storedUniqueKey(execution.id, execution.uniqueKey),
      execution.inputHash,
      execution.status,
      execution.endReason,
      execution.message,
      execution.exitCode,
      execution.signal,
      execution.language,
      execution.fileName,
      JSON.stringify(execution.labels),
      JSON.stringify(execution.limits),
      execution.sessionId,
      execution.context,
      execution.stdinOpen ? 1 : 0,
      execution.stdinBytes,
      execution.stdinClosed ? 1 : 0,
      execution.stdinRead,
      encodeObject(execution.lastStdinWrite),
      execution.interrupts,
      encodeOutputFiles(execution.outputFiles),
      encodeList(execution.files),
      encodeList(execution.omittedFiles),
      execution.lastSeq,
      execution.outputBytes,
      execution.outputTruncated ? 1 : 0,
      execution.createdAt,
      execution.startedAt,
      execution.finishedAt,
      execution.cancelRequestedAt,
      encodeObject(execution.usage),
      encodeObject(execution.runner),
      execution.owner,
      execution.epoch,
      isSmall ? execution.code : null,
      isSmall ? args : null,
      isEmpty ? 1 : 0,
    );
    if (changes === 0) return false;
    if (!isSmall) insertProgram.run(number, execution.code, args);
    if (!isEmpty) {
      insertPayload.run(
        number,
        payload.stdin,
        JSON.stringify(payload.env),
        JSON.stringify(payload.files.map((file) => ({ path: file.path, bytes: file.content.byteLength }))),
        Buffer.concat(payload.files.map((file) => file.content)),
      );
    }
    const skew = recordedSkew(execution.id, execution.createdAt);
    if (skew > 0) raiseSkew.run(skew);
    return true;
  };
}

/** Null when there is none or it is a tombstone. */
export function prepareGetExecution(database: DatabaseSync): (id: string) => Execution | null {
  const select = database.prepare(`${SELECT_EXECUTION} WHERE id = ? AND hidden = 0`);
  return (id) => {
    const row = select.get(id) as ExecutionRow | undefined;
    return row === undefined ? null : toExecution(row);
  };
}

/** Null when there is none or it is a tombstone. */
export function prepareGetExecutionByUniqueKey(
  database: DatabaseSync,
): (uniqueKey: string) => Execution | null {
  const select = database.prepare(`${SELECT_EXECUTION} WHERE unique_key = ? AND hidden = 0`);
  const getExecution = prepareGetExecution(database);
  return (uniqueKey) => {
    const id = uniqueKey.startsWith('id:') ? uniqueKey.slice('id:'.length) : null;
    if (id !== null && storedUniqueKey(id, uniqueKey) === null) {
      const own = getExecution(id);
      if (own?.uniqueKey === uniqueKey) return own;
    }
    const row = select.get(uniqueKey) as ExecutionRow | undefined;
    return row === undefined ? null : toExecution(row);
  };
}

/** Statements kept, one for each set of changed fields; the domain has about ten such sets. */
const KEPT_STATEMENTS = 64;

type FieldName = keyof ExecutionChange;

/** Atomic because the two statements run in one synchronous turn within one transaction, and no one else writes. */
export function prepareUpdateExecution(
  database: DatabaseSync,
): (id: string, expected: Expected, change: ExecutionChange) => Execution | null {
  const select = database.prepare(`${SELECT_EXECUTION} WHERE id = ? AND hidden = 0`);
  const updates = new Map<string, StatementSync>();

  // Only the columns that change: an index over a column that is not named costs nothing.
  function updateOf(names: readonly FieldName[]): StatementSync {
    const assignments = names.map((name) => `${CHANGE_COLUMNS[name].column} = ?`).join(', ');
    const known = updates.get(assignments);
    if (known !== undefined) return known;
    const statement = database.prepare(`UPDATE executions SET ${assignments} WHERE number = ?`);
    if (updates.size === KEPT_STATEMENTS) updates.clear();
    updates.set(assignments, statement);
    return statement;
  }

  return (id, expected, change) => {
    const row = select.get(id) as ExecutionRow | undefined;
    if (row === undefined || !expected.statuses.includes(row.status)) return null;
    if (expected.epoch !== undefined && expected.epoch !== row.epoch) return null;
    const names = FIELD_NAMES.filter((name) => change[name] !== undefined);
    if (names.length > 0) updateOf(names).run(...names.map((name) => encode(name, change)), row.number);
    return { ...toExecution(row), ...pick(change, names) };
  };
}

const FIELD_NAMES = Object.keys(CHANGE_COLUMNS) as readonly FieldName[];

function encode<Name extends FieldName>(name: Name, change: ExecutionChange): SQLInputValue {
  const value = change[name] as Execution[Name];
  return CHANGE_COLUMNS[name].encode(value);
}

function pick(change: ExecutionChange, names: readonly FieldName[]): ExecutionChange {
  return Object.fromEntries(names.map((name) => [name, change[name]]));
}
