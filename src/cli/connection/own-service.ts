import { randomBytes } from 'node:crypto';
import { accessSync, constants, mkdirSync } from 'node:fs';
import { join, resolve } from 'node:path';
import type { App } from '../../app.ts';
import { CommandError } from '../errors.ts';
import type { Shell } from '../shell.ts';
import type { Connection } from './connection.ts';
import { parseUrl } from './endpoint.ts';

/**
 * Opens the service in this process: the embedded sandbox, records in memory, a port of the loopback interface that only
 * this command holds a key for. Of the environment's settings only the limits of a run and DATA_DIR count.
 * @throws CommandError when it cannot start
 */
export async function openOwnService(env: Shell['env']): Promise<Connection> {
  const apiKey = randomBytes(24).toString('base64url');
  const settings = {
    HOST: '127.0.0.1',
    PORT: '0',
    DATA_DIR: IN_MEMORY,
    // One program comes; readying others would only slow it down.
    WARM: '0',
    API_KEYS: `podline-run=${apiKey}`,
    LOG_LEVEL: 'silent',
    SHUTDOWN_GRACE_MS: '0',
    DEFAULT_LIMITS: env.DEFAULT_LIMITS,
    MAXIMUM_LIMITS: env.MAXIMUM_LIMITS,
  };
  const app = await open(settings, runnerDir(env));
  return {
    endpoint: { url: parseUrl('the own service', app.url), apiKey },
    isOwn: true,
    [Symbol.asyncDispose]: () => app.close(),
  };
}

const IN_MEMORY = ':memory:';

/**
 * Where Python's snapshot is kept from one command to the next, shared with `npm start`: making it takes seconds. A
 * directory that goes with this process where that cannot be written.
 */
function runnerDir(env: Shell['env']): string {
  if (env.DATA_DIR === IN_MEMORY) return IN_MEMORY;
  const directory = env.DATA_DIR ? resolve(env.DATA_DIR) : join(import.meta.dirname, '../../../.podline');
  try {
    mkdirSync(directory, { recursive: true, mode: 0o700 });
    accessSync(directory, constants.W_OK);
    return directory;
  } catch {
    return IN_MEMORY;
  }
}

async function open(settings: Shell['env'], directory: string): Promise<App> {
  const [{ openApp }, { readConfig }] = await Promise.all([
    import('../../app.ts'),
    import('../../config.ts'),
  ]);
  try {
    return await openApp(readConfig(settings), { runnerDir: directory });
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new CommandError(`Cannot open the service in this process: ${reason}`, { cause: error });
  }
}
