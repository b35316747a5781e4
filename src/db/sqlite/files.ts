import type { DatabaseSync } from 'node:sqlite';

/** Of an execution that is not there (removed meanwhile) it is dropped: nothing would ever remove it. */
export const PUT_FILE_PIECE = `
  INSERT INTO file_pieces (number, hash, data) SELECT number, ?2, ?3 FROM executions WHERE id = ?1
  ON CONFLICT DO NOTHING`;

export function preparePutFilePiece(
  database: DatabaseSync,
): (id: string, sha256: string, data: Uint8Array) => void {
  const insert = database.prepare(PUT_FILE_PIECE);
  return (id, sha256, data) => {
    insert.run(id, Buffer.from(sha256, 'hex'), data);
  };
}

export const READ_FILE_PIECE = `
  SELECT data FROM file_pieces
  WHERE number = (SELECT number FROM executions WHERE id = ?1 AND hidden = 0) AND hash = ?2`;

export function prepareReadFilePiece(
  database: DatabaseSync,
): (id: string, sha256: string) => Uint8Array | null {
  const select = database.prepare(READ_FILE_PIECE);
  return (id, sha256) => {
    const row = select.get(id, Buffer.from(sha256, 'hex')) as { data: Uint8Array } | undefined;
    return row?.data ?? null;
  };
}

/** Pieces removed in one go: a MiB at the most. */
const REMOVED_PIECES = 4;

export const DELETE_FILE_PIECES = `
  DELETE FROM file_pieces WHERE rowid IN (
    SELECT rowid FROM file_pieces WHERE number = (SELECT number FROM executions WHERE id = ?1) LIMIT ?2
  )`;

/** One short step of a removal; true when nothing is left. */
export function prepareDeleteFilePieces(database: DatabaseSync): (id: string) => boolean {
  const remove = database.prepare(DELETE_FILE_PIECES);
  return (id) => Number(remove.run(id, REMOVED_PIECES).changes) < REMOVED_PIECES;
}
