import type { Store } from '../../executions/store.ts';
import type { Logger } from '../../executions/telemetry.ts';
import { openDatabase } from './database.ts';
import { SqliteStore } from './store.ts';

export interface SqliteStoreOptions {
  /** The database file, made when it is not there, its directory too; `:memory:` keeps everything in memory. */
  readonly file: string;
  /** Reports when the database cannot be written any more, and when it can again. */
  readonly logger?: Logger;
}

/**
 * Opens the embedded store. It is closed by its `Symbol.asyncDispose`, or by the process's end, however it comes.
 * @throws StoreOpenError when the file cannot be used: another process has it, it is no database of ours or of a
 * newer Podline, it is damaged or cannot be written. The message says what to do.
 */
export async function openSqliteStore({ file, logger }: SqliteStoreOptions): Promise<Store> {
  return new SqliteStore(openDatabase(file), logger);
}
