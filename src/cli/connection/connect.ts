import { randomBytes } from 'node:crypto';
import { accessSync, constants, mkdirSync } from 'node:fs';
import { join, resolve } from 'node:path';
import type { App } from '../../app.ts';
import { CommandError, ServiceError } from '../errors.ts';
import { graphql } from '../generated/gql.ts';
import type { Shell } from '../shell.ts';
import { type Connection, DEFAULT_URL, type Endpoint, parseUrl } from './endpoint.ts';
import { request } from './request.ts';

/** The options that choose the server. */
interface ConnectionValues {
  readonly url?: string | undefined;
  readonly 'api-key'?: string | undefined;
}

/**
 * The server that `--url` or PODLINE_URL names, else the one at the default address.
 * @throws UsageError for something that is no URL
 */
export function chosenEndpoint(
  values: ConnectionValues,
  shell: Shell,
): Endpoint & { readonly isChosen: boolean } {
  const apiKey = values['api-key'] ?? (shell.env.PODLINE_API_KEY || null);
  if (values.url !== undefined) return { url: parseUrl('--url', values.url), apiKey, isChosen: true };
  const fromEnv = shell.env.PODLINE_URL;
  if (fromEnv) return { url: parseUrl('PODLINE_URL', fromEnv), apiKey, isChosen: true };
  return { url: parseUrl('--url', DEFAULT_URL), apiKey, isChosen: false };
}

/**
 * The server to run on: the chosen one; else the one at the default address, when a Podline answers there; else a
 * service in this process.
 * @throws UsageError, CommandError
 */
export async function connect(values: ConnectionValues, shell: Shell): Promise<Connection> {
  const endpoint = chosenEndpoint(values, shell);
  if (!endpoint.isChosen && !(await answers(endpoint))) return await openOwnService(shell.env);
  return { endpoint, isOwn: false, [Symbol.asyncDispose]: async () => {} };
}

/** Milliseconds a Podline at the default address has to answer; a closed port says so at once. */
const PROBE_MS = 1000;

const VersionQuery = graphql(`
  query PodlineVersion {
    health {
      version
    }
  }
`);

/** Whether a Podline answers, one that wants credentials too; other programs like port 5000 as well. */
export async function answers(endpoint: Endpoint): Promise<boolean> {
  try {
    await request(endpoint, VersionQuery, {}, AbortSignal.timeout(PROBE_MS));
    return true;
  } catch (error) {
    if (error instanceof ServiceError)
      return error.code === 'UNAUTHENTICATED' || error.code === 'UNAVAILABLE';
    if (error instanceof CommandError || (error instanceof Error && error.name === 'AbortError'))
      return false;
    throw error;
  }
}

/**
 * Opens the service in this process: the embedded sandbox, records in memory, a port of the loopback interface that only
 * this command holds a key for. Of the environment's settings only the limits of a run and DATA_DIR count.
 * @throws CommandError when it cannot start
 */
async function openOwnService(env: Shell['env']): Promise<Connection> {
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
 * Where Python's snapshot is kept from one command to the next when the install has made none, shared with `npm start`:
 * making it takes seconds. A directory that goes with this process where that cannot be written.
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
