import type { DatabaseSync } from 'node:sqlite';
import {
  ALL_FILES,
  type EndReason,
  type Execution,
  type ExecutionChange,
  type ExecutionStatus,
  type Label,
  type Limits,
  type OmittedFile,
  type OutputFile,
  type RunnerInfo,
  type StdinWriteMark,
  type Usage,
} from '../../executions/execution.ts';
import { ROW_VERSION } from './schema.ts';

/** A row of `executions`, with its program wherever that stands, as SQLite gives it. */
export interface ExecutionRow {
  readonly number: number;
  readonly version: number;
  readonly id: string;
  readonly caller: string;
  readonly unique_key: string | null;
  readonly input_hash: string | null;
  readonly status: ExecutionStatus;
  readonly end_reason: EndReason | null;
  readonly message: string | null;
  readonly exit_code: number | null;
  readonly signal: string | null;
  readonly language: string;
  readonly file_name: string;
  readonly labels: string;
  readonly limits: string;
  readonly session_id: string | null;
  readonly context: string | null;
  readonly stdin_open: number;
  readonly stdin_bytes: number;
  readonly stdin_closed: number;
  readonly stdin_read: number;
  readonly last_stdin_write: string | null;
  readonly interrupts: number;
  readonly output_files: string | null;
  readonly left_files: string | null;
  readonly omitted_files: string | null;
  readonly last_seq: number | null;
  readonly output_bytes: number;
  readonly output_truncated: number;
  readonly created_at: number;
  readonly started_at: number | null;
  readonly finished_at: number | null;
  readonly cancel_requested_at: number | null;
  readonly usage: string | null;
  readonly runner: string | null;
  readonly owner: string | null;
  readonly epoch: number;
  readonly code: string;
  readonly args: string;
}

/** Selects `ExecutionRow`s; append a WHERE clause. */
export const SELECT_EXECUTION = `
  SELECT e.number, version, id, caller, unique_key, input_hash, status, end_reason, message, exit_code, signal, language,
    file_name, labels, limits, session_id, context, stdin_open, stdin_bytes, stdin_closed, stdin_read, last_stdin_write, interrupts,
    output_files, left_files, omitted_files, last_seq, output_bytes, output_truncated, created_at, started_at, finished_at,
    cancel_requested_at, usage, runner, owner, epoch, coalesce(e.code, p.code) AS code, coalesce(e.args, p.args) AS args
  FROM executions AS e LEFT JOIN programs AS p ON e.code IS NULL AND p.number = e.number`;

/** What `unique_key` holds for a key: the usual one is left out, the id stands for it. */
export function storedUniqueKey(id: string, uniqueKey: string): string | null {
  return uniqueKey === `id:${id}` ? null : uniqueKey;
}

export function toExecution(row: ExecutionRow): Execution {
  if (row.version !== ROW_VERSION) {
    throw new Error(`Execution ${row.id} has row version ${row.version}; expected ${ROW_VERSION}`);
  }
  return {
    id: row.id,
    caller: row.caller,
    uniqueKey: row.unique_key ?? `id:${row.id}`,
    inputHash: row.input_hash,
    status: row.status,
    endReason: row.end_reason,
    message: row.message,
    exitCode: row.exit_code,
    signal: row.signal,
    language: row.language,
    fileName: row.file_name,
    code: row.code,
    args: parse<readonly string[]>(row.args),
    labels: parse<readonly Label[]>(row.labels),
    limits: parse<Limits>(row.limits),
    sessionId: row.session_id,
    context: row.context,
    stdinOpen: row.stdin_open === 1,
    stdinBytes: row.stdin_bytes,
    stdinClosed: row.stdin_closed === 1,
    stdinRead: row.stdin_read,
    lastStdinWrite: row.last_stdin_write === null ? null : parse<StdinWriteMark>(row.last_stdin_write),
    interrupts: row.interrupts,
    outputFiles: row.output_files === null ? ALL_FILES : parse<readonly string[]>(row.output_files),
    files: row.left_files === null ? [] : parse<readonly OutputFile[]>(row.left_files),
    omittedFiles: row.omitted_files === null ? [] : parse<readonly OmittedFile[]>(row.omitted_files),
    lastSeq: row.last_seq,
    outputBytes: row.output_bytes,
    outputTruncated: row.output_truncated === 1,
    createdAt: row.created_at,
    startedAt: row.started_at,
    finishedAt: row.finished_at,
    cancelRequestedAt: row.cancel_requested_at,
    usage: row.usage === null ? null : parse<Usage>(row.usage),
    runner: row.runner === null ? null : parse<RunnerInfo>(row.runner),
    owner: row.owner,
    epoch: row.epoch,
  };
}

/** The column and its value for each field that may change. A null object is SQL's NULL, not JSON's. */
export const CHANGE_COLUMNS: {
  readonly [name in keyof Required<ExecutionChange>]: {
    readonly column: string;
    readonly encode: (value: Execution[name]) => string | number | null;
  };
} = {
  status: { column: 'status', encode: (value) => value },
  endReason: { column: 'end_reason', encode: (value) => value },
  message: { column: 'message', encode: (value) => value },
  exitCode: { column: 'exit_code', encode: (value) => value },
  signal: { column: 'signal', encode: (value) => value },
  stdinRead: { column: 'stdin_read', encode: (value) => value },
  interrupts: { column: 'interrupts', encode: (value) => value },
  outputFiles: { column: 'output_files', encode: encodeOutputFiles },
  files: { column: 'left_files', encode: encodeList },
  omittedFiles: { column: 'omitted_files', encode: encodeList },
  lastSeq: { column: 'last_seq', encode: (value) => value },
  outputBytes: { column: 'output_bytes', encode: (value) => value },
  outputTruncated: { column: 'output_truncated', encode: (value) => (value ? 1 : 0) },
  startedAt: { column: 'started_at', encode: (value) => value },
  finishedAt: { column: 'finished_at', encode: (value) => value },
  cancelRequestedAt: { column: 'cancel_requested_at', encode: (value) => value },
  usage: { column: 'usage', encode: encodeObject },
  runner: { column: 'runner', encode: encodeObject },
  owner: { column: 'owner', encode: (value) => value },
  epoch: { column: 'epoch', encode: (value) => value },
};

export function encodeObject(value: object | null): string | null {
  return value === null ? null : JSON.stringify(value);
}

/** An empty list is SQL's NULL, as most are. */
export function encodeList(list: readonly unknown[]): string | null {
  return list.length === 0 ? null : JSON.stringify(list);
}

/** As above; here it stands for every file, as most submissions have it. */
export function encodeOutputFiles(globs: readonly string[]): string | null {
  return globs.length === 1 && globs[0] === ALL_FILES[0] ? null : JSON.stringify(globs);
}

/** Only for columns that this adapter wrote. */
export function parse<T>(text: string): T {
  return JSON.parse(text) as T;
}

/** The first column of the first row of `sql`. */
export function readNumber(database: DatabaseSync, sql: string): number {
  const row = database.prepare(sql).get();
  const value = row === undefined ? undefined : Object.values(row)[0];
  if (typeof value !== 'number') throw new Error(`Expected a number from "${sql}", got ${typeof value}`);
  return value;
}
