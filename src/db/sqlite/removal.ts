import type { DatabaseSync } from 'node:sqlite';
import { prepareDeleteFilePieces } from './files.ts';
import { readNumber } from './rows.ts';

export const FIND_EXPIRED = `
  SELECT number FROM executions WHERE hidden = 0 AND finished_at IS NOT NULL AND finished_at < ?
    AND status IN ('SUCCEEDED', 'FAILED', 'CANCELLED')
  ORDER BY finished_at LIMIT ?`;

export const LIST_TOMBSTONES = 'SELECT id FROM executions WHERE hidden = 1 LIMIT ?';

/** A tombstone also gives the unique key free: a submission that repeats it starts anew. */
export function prepareTombstoneExpired(
  database: DatabaseSync,
): (finishedBefore: number, limit: number) => void {
  const find = database.prepare(FIND_EXPIRED);
  const tombstone = database.prepare(
    `UPDATE executions SET hidden = 1, unique_key = 'hidden:' || id WHERE number = ?`,
  );
  return (finishedBefore, limit) => {
    for (const { number } of find.all(finishedBefore, limit) as { number: number }[]) tombstone.run(number);
  };
}

export function prepareListTombstones(database: DatabaseSync): (limit: number) => string[] {
  const list = database.prepare(LIST_TOMBSTONES);
  return (limit) => (list.all(limit) as { id: string }[]).map(({ id }) => id);
}

/** Chunks removed in one go; 16 KiB of text each at the most. */
const REMOVED_CHUNKS = 250;

/** Pages given back to the file system in one go, and pages kept for what is written next: half a MiB, 4 MiB. */
const VACUUMED_PAGES = 128;
const SPARE_PAGES = 1024;

export const GET_TOMBSTONE_NUMBER = 'SELECT number FROM executions WHERE id = ? AND hidden = 1';

/** From the end, so that a reader in the middle finds what it has not read missing rather than a gap. */
export const DELETE_LAST_CHUNKS = `
  DELETE FROM chunks WHERE key IN (
    SELECT key FROM chunks WHERE key > (?1 << 32) AND key < (?1 + 1 << 32) ORDER BY key DESC LIMIT ?2
  )`;

/** One short step of a removal; true when nothing is left. The record goes last, with the last chunks. */
export function preparePurgeStep(database: DatabaseSync): (id: string) => boolean {
  const getNumber = database.prepare(GET_TOMBSTONE_NUMBER);
  const deleteChunks = database.prepare(DELETE_LAST_CHUNKS);
  const deleteFilePieces = prepareDeleteFilePieces(database);
  const deletePayload = database.prepare('DELETE FROM payloads WHERE number = ?');
  const deleteStdin = database.prepare('DELETE FROM stdin WHERE number = ?');
  const deleteProgram = database.prepare('DELETE FROM programs WHERE number = ?');
  const deleteExecution = database.prepare('DELETE FROM executions WHERE number = ?');
  return (id) => {
    const row = getNumber.get(id) as { number: number } | undefined;
    if (row === undefined) return true;
    if (!deleteFilePieces(id)) return false;
    const { changes } = deleteChunks.run(row.number, REMOVED_CHUNKS);
    const done = changes < REMOVED_CHUNKS;
    if (done) {
      deletePayload.run(row.number);
      deleteStdin.run(row.number);
      deleteProgram.run(row.number);
      deleteExecution.run(row.number);
    }
    return done;
  };
}

/** Gives some free pages back to the file system; true when no more are free than are kept for what is written next. */
export function prepareVacuumStep(database: DatabaseSync): () => boolean {
  return () => {
    const spare = readNumber(database, 'PRAGMA freelist_count') - SPARE_PAGES;
    if (spare > 0) database.exec(`PRAGMA incremental_vacuum(${Math.min(spare, VACUUMED_PAGES)})`);
    return spare <= VACUUMED_PAGES;
  };
}
