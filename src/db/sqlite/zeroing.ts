import type { DatabaseSync } from 'node:sqlite';

/** Overwrites what is deleted with zeros, in pages too that need not be written otherwise. */
export function withZeroing(database: DatabaseSync, deletion: () => void): void {
  database.exec('PRAGMA secure_delete = ON');
  try {
    deletion();
  } finally {
    database.exec('PRAGMA secure_delete = FAST');
  }
}
