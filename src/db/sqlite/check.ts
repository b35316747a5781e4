import type { DatabaseSync } from 'node:sqlite';
import { readNumber } from './rows.ts';

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
