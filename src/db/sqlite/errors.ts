import { StoreUnavailableError } from '../../executions/errors.ts';

/** The database file cannot be used; the message says which, why, and what to do. Stops the start. */
export class StoreOpenError extends Error {
  override readonly name = 'StoreOpenError';
  readonly code = 'STORE_OPEN';
}

/** SQLite's primary result codes that we distinguish (https://sqlite.org/rescode.html). */
const SQLITE = {
  PERM: 3,
  BUSY: 5,
  LOCKED: 6,
  NOMEM: 7,
  READONLY: 8,
  IOERR: 10,
  CORRUPT: 11,
  FULL: 13,
  CANTOPEN: 14,
  NOTADB: 26,
} as const;

/** The primary result code of an error of `node:sqlite`; null for any other error. */
function resultCode(error: unknown): number | null {
  if (!(error instanceof Error) || !('errcode' in error) || typeof error.errcode !== 'number') return null;
  return error.errcode & 0xff;
}

/** Conditions that pass, or that someone can make pass while the service runs. The sentences reach clients: no path. */
const TRANSIENT: ReadonlyMap<number, string> = new Map([
  [SQLITE.PERM, 'The database refuses access.'],
  [SQLITE.BUSY, 'The database is locked by another process.'],
  [SQLITE.LOCKED, 'The database is locked.'],
  [SQLITE.NOMEM, 'The database has no memory left.'],
  [SQLITE.READONLY, 'The database cannot be written: its file has become read-only.'],
  [SQLITE.IOERR, 'The database cannot be read or written: its disk reports an error.'],
  [SQLITE.FULL, 'The database cannot be written: its disk is full.'],
  [SQLITE.CANTOPEN, 'The database cannot open its files.'],
]);

/** Reaches clients, so it names no path; the log names it. */
const DAMAGED =
  'The database file is damaged: nothing is recorded until it is restored. Stop the service, restore the file from a ' +
  "backup or save what can be read with the command .recover of SQLite's shell, then start the service again.";

/** Whether SQLite found the file itself to be damaged: no later attempt can go better. */
export function isDamage(error: unknown): boolean {
  const code = resultCode(error);
  return code === SQLITE.CORRUPT || code === SQLITE.NOTADB;
}

/** `StoreUnavailableError` for what may pass or can be repaired, anything else as it is. */
export function toStoreError(error: unknown): unknown {
  if (isDamage(error)) return new StoreUnavailableError(DAMAGED, { cause: error });
  const message = TRANSIENT.get(resultCode(error) ?? -1);
  return message === undefined ? error : new StoreUnavailableError(message, { cause: error });
}

/** What to do with a file that is damaged or lacks something. */
export const RESTORE =
  "Restore it from a backup, save what can be read with the command .recover of SQLite's shell, or move it away to start afresh.";

/** The refusal of a file whose pages are not what they should be. */
export function damagedError(file: string, cause: unknown): StoreOpenError {
  return new StoreOpenError(`The database file ${file} is damaged. ${RESTORE}`, { cause });
}

/** Why `file` cannot be opened, as one sentence and what to do. */
export function toOpenError(error: unknown, file: string): unknown {
  if (error instanceof StoreOpenError) return error;
  const message = describeOpenFailure(error, file);
  return message === null ? error : new StoreOpenError(message, { cause: error });
}

function describeOpenFailure(error: unknown, file: string): string | null {
  const code = resultCode(error);
  switch (code) {
    case SQLITE.BUSY:
    case SQLITE.LOCKED:
      return `The database file ${file} is in use by another process; expected to be its only user. Stop the other process, or give this one another DATA_DIR.`;
    case SQLITE.NOTADB:
      return `The file ${file} is not a database; expected a SQLite file made by Podline. Move it away, or choose another DATA_DIR.`;
    case SQLITE.CORRUPT:
      return damagedError(file, error).message;
    case SQLITE.FULL:
      return `The database file ${file} cannot be written because the disk is full. Make room, or choose another DATA_DIR.`;
    case SQLITE.READONLY:
    case SQLITE.PERM:
    case SQLITE.CANTOPEN:
    case SQLITE.IOERR:
      return `The database file ${file} cannot be opened for writing. Check that it is a file, and that this user may write it and its directory.`;
  }
  if (code !== null || !(error instanceof Error) || !('code' in error) || typeof error.code !== 'string')
    return null;
  return `The database file ${file} cannot be opened for writing (${error.code}). Check that this user may write it and its directory, and that there is room.`;
}
