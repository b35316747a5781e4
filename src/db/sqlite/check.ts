import type { DatabaseSync } from 'node:sqlite';

/** Throws when the database cannot be read. */
export function prepareCheckReadable(database: DatabaseSync): () => void {
  const select = database.prepare('SELECT ms FROM skew WHERE one = 1');
  return () => {
    select.get();
  };
}

/** Throws when the database cannot be written: writes one page, with what it holds already. */
export function prepareCheckWritable(database: DatabaseSync): () => void {
  const update = database.prepare('UPDATE skew SET ms = ms');
  return () => {
    update.run();
  };
}
