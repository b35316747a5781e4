import { statSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { HEARTBEAT_INTERVAL_MS } from '../../bounds.ts';
import type { Store } from '../../executions/store.ts';
import { openSqliteStore } from '../sqlite/open.ts';

/** A store named on a command line cannot be opened; the message says which and why, and never a password. */
export class LocationError extends Error {
  override readonly name = 'LocationError';
}

/** The database file in a data directory. */
const DATABASE_FILE = 'podline.db';

/**
 * Opens what a location names: a connection string of MongoDB, a database file of SQLite, or the data directory with it.
 * @param mustExist a file that is not there is not made
 * @throws LocationError, StoreOpenError, ConfigError, StoreUnavailableError
 */
export async function openLocation(
  location: string,
  { mustExist }: { mustExist: boolean },
): Promise<{ readonly store: Store; readonly name: string }> {
  if (/^mongodb(\+srv)?:/.test(location)) return openMongo(location);
  const file = fileOf(location);
  if (mustExist && !statSync(file, { throwIfNoEntry: false })?.isFile()) {
    throw new LocationError(
      `Expected a database file or a data directory with one, got ${JSON.stringify(location)}.`,
    );
  }
  return { store: await openSqliteStore({ file }), name: `SQLite, ${file}` };
}

/** Connects, so that a server that is away or refuses is reported before anything is done. */
async function openMongo(uri: string): Promise<{ readonly store: Store; readonly name: string }> {
  // The driver takes a while to load.
  const { openMongoStore } = await import('../mongodb/open.ts');
  const { readSettings } = await import('../mongodb/settings.ts');
  const { hosts, database } = readSettings(uri);
  const store = await openMongoStore({ uri });
  try {
    await store.ping();
  } catch (error) {
    await store[Symbol.asyncDispose]();
    throw error;
  }
  return { store, name: `MongoDB, ${database} at ${hosts}` };
}

function fileOf(location: string): string {
  const isDirectory = statSync(location, { throwIfNoEntry: false })?.isDirectory() ?? false;
  return isDirectory ? join(location, DATABASE_FILE) : location;
}

/** A live server has raised its heartbeat by then, milliseconds. */
const WATCHED_MS = 2 * HEARTBEAT_INTERVAL_MS + 1000;
const POLL_INTERVAL_MS = 500;

/**
 * Whether a server uses a store that several may share: one that does raises its heartbeat. A store that only one process can open
 * responds at once.
 * @throws StoreUnavailableError
 */
export async function isInUse({ sharing }: Store): Promise<boolean> {
  if (!sharing) return false;
  const before = new Map((await sharing.listProcesses()).map(({ id, count }) => [id, count]));
  // One that is starting has its name in the list before it does anything else.
  if (before.size === 0) return false;
  for (const until = performance.now() + WATCHED_MS; performance.now() < until; ) {
    await sleep(POLL_INTERVAL_MS);
    const now = await sharing.listProcesses();
    if (now.some(({ id, count }) => count !== before.get(id))) return true;
  }
  return false;
}
