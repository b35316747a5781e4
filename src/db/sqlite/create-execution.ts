import type { DatabaseSync } from 'node:sqlite';
import type { Execution, Payload } from '../../executions/execution.ts';
import { recordedSkew } from '../id-time.ts';
import { encodeList, encodeObject, encodeOutputFiles, storedUniqueKey } from './rows.ts';
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
