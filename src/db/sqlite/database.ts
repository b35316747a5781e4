import { closeSync, mkdirSync, openSync, statSync } from 'node:fs';
import { dirname } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { damagedError, RESTORE, StoreOpenError, toOpenError } from './errors.ts';
import { readNumber } from './rows.ts';
import { APPLICATION_ID, MIGRATIONS } from './schema.ts';

/** Keeps the whole database in memory; it is gone when it is closed. */
export const IN_MEMORY = ':memory:';

/** How long an open waits for a process that is just ending, milliseconds. Blocks the event loop. */
const LOCK_WAIT_MS = 500;

/**
 * Opens the database at `file`, makes it when there is none (its directory too, for this user's eyes only), takes it
 * for this process alone and brings its schema up to date.
 *
 * The lock is SQLite's own on the file, kept until the database is closed: it dies with the process, however that
 * ends.
 * @throws StoreOpenError when the file is in use, foreign, from a newer Podline, damaged or not writable
 */
export function openDatabase(file: string): DatabaseSync {
  let database: DatabaseSync | undefined;
  try {
    if (file !== IN_MEMORY) createFile(file);
    database = new DatabaseSync(file, { timeout: LOCK_WAIT_MS });
    if (isEmpty(file)) database.exec('PRAGMA auto_vacuum = INCREMENTAL');
    lock(database);
    const version = recognise(database, file);
    configure(database);
    migrate(database, version);
    if (version > 0) checkIntegrity(database, file);
    return database;
  } catch (error) {
    database?.close();
    throw toOpenError(error, file);
  }
}

/** Programs and their secrets pass through the file: nobody else may read it. SQLite gives its side files the same mode. */
function createFile(file: string): void {
  mkdirSync(dirname(file), { recursive: true, mode: 0o700 });
  closeSync(openSync(file, 'a', 0o600));
}

/** A file can be set to give room back only before anything is written to it, hence from the first day. */
function isEmpty(file: string): boolean {
  return file === IN_MEMORY || statSync(file).size === 0;
}

/** In this mode a lock once taken is kept; taken before anything is read, two that start at once cannot both wait. */
function lock(database: DatabaseSync): void {
  database.exec('PRAGMA locking_mode = EXCLUSIVE');
  database.exec('BEGIN EXCLUSIVE; COMMIT');
}

/** The version of the schema in the file; 0 for a new one. Changes nothing, so that a foreign file stays as it is. */
function recognise(database: DatabaseSync, file: string): number {
  const applicationId = readNumber(database, 'PRAGMA application_id');
  const version = readNumber(database, 'PRAGMA user_version');
  const objects = readNumber(database, 'SELECT count(*) FROM sqlite_schema');
  if (applicationId !== APPLICATION_ID && (applicationId !== 0 || version !== 0 || objects !== 0)) {
    throw new StoreOpenError(
      `The database file ${file} belongs to another program; expected one made by Podline. Move it away, or choose another DATA_DIR.`,
    );
  }
  if (version > MIGRATIONS.length) {
    throw new StoreOpenError(
      `The database file ${file} was written by a newer Podline; expected schema version ${MIGRATIONS.length} or older, got ${version}. Start the newer Podline, or choose another DATA_DIR.`,
    );
  }
  return version;
}

function configure(database: DatabaseSync): void {
  database.exec(`
    PRAGMA journal_mode = WAL;
    -- A commit is written but not flushed to the disk: it survives a killed process, and a power cut may take the last
    -- ones, never the file. On purpose: a flush for each commit makes it 60 times slower.
    PRAGMA synchronous = NORMAL;
    -- Checkpoints do flush, and hold up the event loop meanwhile: one for each 8 MiB rather than 4.
    PRAGMA wal_autocheckpoint = 2000;
    PRAGMA journal_size_limit = 67108864;
    -- No mmap: at a million executions it saves a random read 1 of 14 µs, counts as resident memory, and turns a read
    -- error into a crash.
    PRAGMA cache_size = -16384;
    PRAGMA temp_store = MEMORY;
    -- What is deleted is overwritten with zeros in pages that are written anyway.
    PRAGMA secure_delete = FAST;
  `);
}

function migrate(database: DatabaseSync, version: number): void {
  for (const [index, migration] of MIGRATIONS.entries()) {
    if (index < version) continue;
    database.exec('BEGIN IMMEDIATE');
    try {
      database.exec(migration);
      database.exec(`PRAGMA application_id = ${APPLICATION_ID}; PRAGMA user_version = ${index + 1}; COMMIT`);
    } catch (error) {
      if (database.isTransaction) database.exec('ROLLBACK');
      throw error;
    }
  }
}

/**
 * Files up to this size are checked page by page at the start, bytes: 3 to 5 ms for each MiB, which the start waits for.
 * Damage in a larger file shows when the page is read (`SqliteStore`).
 */
const MAX_CHECKED_BYTES = 128 * 1024 * 1024;

/**
 * Checks a database of the current schema version: that all of the schema is there and, in a file of up to 128 MiB, that
 * every page is what it should be.
 * @throws StoreOpenError, or SQLite's own error for a damaged file
 */
function checkIntegrity(database: DatabaseSync, file: string): void {
  const present = new Set(schemaOf(database));
  const missing = expectedSchema().filter((name) => !present.has(name));
  if (missing.length > 0) {
    throw new StoreOpenError(
      `The database file ${file} lacks the ${missing.slice(0, 3).join(', the ')}; expected all of schema version ${MIGRATIONS.length}. ${RESTORE}`,
    );
  }
  const bytes = readNumber(database, 'PRAGMA page_count') * readNumber(database, 'PRAGMA page_size');
  if (bytes > MAX_CHECKED_BYTES) return;
  const found = database.prepare('PRAGMA quick_check(1)').get()?.['quick_check'];
  if (found !== 'ok') throw damagedError(file, new Error(`quick_check: ${found}`));
}

/** What a database made by the migrations has. */
function expectedSchema(): string[] {
  const model = new DatabaseSync(':memory:');
  try {
    for (const migration of MIGRATIONS) model.exec(migration);
    return schemaOf(model);
  } finally {
    model.close();
  }
}

/** `table executions`, `index executions_by_caller`, and so on. */
function schemaOf(database: DatabaseSync): string[] {
  const rows = database
    .prepare("SELECT type, name FROM sqlite_schema WHERE name NOT LIKE 'sqlite\\_%' ESCAPE '\\'")
    .all();
  return rows.map(({ type, name }) => `${type} ${name}`);
}

/** Throws when the database cannot be read. */
export function prepareCheckReadable(database: DatabaseSync): () => void {
  const select = database.prepare('SELECT ms FROM skew WHERE one = 1');
  return () => {
    select.get();
  };
}

/** Throws when the database cannot be written: writes one page, with what it holds already. */
export function prepareCheckWritable(database: DatabaseSync): () => void {
  // Of an UPDATE that changes no byte of a row SQLite writes nothing; of this number it writes the page in any case.
  const version = readNumber(database, 'PRAGMA user_version');
  const write = database.prepare(`PRAGMA user_version = ${version}`);
  return () => {
    write.run();
  };
}
