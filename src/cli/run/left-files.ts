import { createHash } from 'node:crypto';
import { mkdir, open, rename, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { backOffMs } from '../../async/back-off.ts';
import { displayUrl, type Endpoint } from '../connection/endpoint.ts';
import { AWAY_STATUSES, BACK_OFF, request } from '../connection/request.ts';
import { CommandError, systemCodeOf } from '../errors.ts';
import { graphql } from '../generated/gql.ts';
import type { FilesQuery } from '../generated/graphql.ts';
import { oneLine } from '../terminal/format.ts';

/** A file that a program left, as the server tells of it. */
interface RemoteFile {
  readonly path: string;
  readonly bytes: number;
  readonly sha256: string;
  readonly url: string;
}

/** How long nothing may come, milliseconds. */
const IDLE_MS = 30_000;
const ATTEMPTS = 6;

/** A failure that another attempt may not have. */
class CutError extends Error {}

/**
 * The bytes of a file as they come; after a cut it goes on where it was.
 * @throws CommandError when the server does not give it, or gives another
 */
export async function* download(endpoint: Endpoint, file: RemoteFile): AsyncGenerator<Uint8Array> {
  const hash = createHash('sha256');
  let received = 0;
  for (let attempt = 1; received < file.bytes; attempt++) {
    try {
      for await (const part of attemptAt(endpoint, file, received)) {
        received += part.byteLength;
        hash.update(part);
        yield part;
      }
      if (received < file.bytes) throw new CutError('the connection was cut');
    } catch (error) {
      if (!(error instanceof CutError)) throw error;
      if (attempt === ATTEMPTS) throw failed(file, error.message, error);
      await sleep(backOffMs(attempt, BACK_OFF));
    }
  }
  if (received !== file.bytes || hash.digest('hex') !== file.sha256)
    throw failed(file, 'what came is not what it holds');
}

async function* attemptAt(
  { url, apiKey }: Endpoint,
  file: RemoteFile,
  from: number,
): AsyncGenerator<Uint8Array> {
  const idle = new AbortController();
  const timer = setTimeout(() => idle.abort(), IDLE_MS);
  try {
    const response = await fetch(displayUrl(url) + file.url, {
      headers: {
        ...(apiKey !== null && { authorization: `Bearer ${apiKey}` }),
        ...(from > 0 && { range: `bytes=${from}-`, 'if-range': `"${file.sha256}"` }),
      },
      signal: idle.signal,
    });
    if (response.status >= 500 || AWAY_STATUSES.has(response.status))
      throw new CutError(`HTTP status ${response.status}`);
    if (response.status !== (from > 0 ? 206 : 200) || response.body === null)
      throw failed(file, `HTTP status ${response.status}`);
    for await (const part of response.body) {
      timer.refresh();
      yield part;
    }
  } catch (error) {
    if (error instanceof CommandError || error instanceof CutError) throw error;
    throw new CutError(
      idle.signal.aborted ? `nothing came for ${IDLE_MS / 1000} s` : 'the connection was cut',
    );
  } finally {
    clearTimeout(timer);
  }
}

/**
 * Downloads into a file of this machine, which has all of it or is as it was before. Throws what the file system does.
 * @param mayReplace whether a file that is there already is replaced
 * @throws CommandError
 */
export async function downloadTo(
  endpoint: Endpoint,
  file: RemoteFile,
  target: string,
  { mayReplace }: { readonly mayReplace: boolean },
): Promise<void> {
  if (!mayReplace) await (await open(target, 'wx')).close();
  const partial = join(dirname(target), `.${file.sha256.slice(0, 16)}-${process.pid}.part`);
  try {
    await using handle = await open(partial, 'wx');
    for await (const part of download(endpoint, file)) await handle.writeFile(part);
    await rename(partial, target);
  } catch (error) {
    await rm(partial, { force: true });
    if (!mayReplace) await rm(target, { force: true });
    throw error;
  }
}

function failed({ path }: RemoteFile, why: string, cause?: unknown): CommandError {
  return new CommandError(`Cannot download ${oneLine(path)}: ${why}.`, { cause });
}

const Files = graphql(`
  query Files($id: ID!) {
    execution(id: $id) {
      status
      files {
        path
        bytes
        sha256
        mediaType
        url
      }
      omittedFiles {
        path
        reason
      }
    }
  }
`);

type LeftFiles = NonNullable<FilesQuery['execution']>;

/** What a program left. @throws CommandError */
export async function readLeftFiles(endpoint: Endpoint, id: string): Promise<LeftFiles> {
  const { execution } = await request(endpoint, Files, { id });
  if (execution) return execution;
  throw new CommandError(`There is no execution ${id}.`);
}

/**
 * Downloads all of it below a directory, which is made where it is not there; files of before are replaced.
 * @throws CommandError
 */
export async function saveFiles(
  endpoint: Endpoint,
  files: readonly RemoteFile[],
  directory: string,
): Promise<void> {
  await write(directory, () => mkdir(directory, { recursive: true }));
  for (const file of files) {
    const target = join(directory, ...localParts(file.path));
    await write(target, async () => {
      await mkdir(dirname(target), { recursive: true });
      await downloadTo(endpoint, file, target, { mayReplace: true });
    });
  }
}

/**
 * The parts of a path that a program chose, on another machine, as names in a directory of this one.
 * @throws CommandError for one that leads elsewhere
 */
export function localParts(path: string, platform: NodeJS.Platform = process.platform): string[] {
  const parts = path.split('/');
  const isName = (part: string): boolean =>
    part !== '' &&
    part !== '.' &&
    part !== '..' &&
    !/\0/.test(part) &&
    (platform !== 'win32' || !/[\\:]/.test(part));
  if (parts.every(isName)) return parts;
  throw new CommandError(`The program left a file whose path cannot be used here: ${oneLine(path)}.`);
}

/** As text that says so where the file system refuses. @throws CommandError */
export async function write(target: string, operation: () => Promise<unknown>): Promise<void> {
  try {
    await operation();
  } catch (cause) {
    const code = systemCodeOf(cause);
    if (cause instanceof CommandError || code === null) throw cause;
    const why = code === 'EEXIST' ? 'something is there already; name another place with --output' : code;
    throw new CommandError(`Cannot write ${oneLine(target)}: ${why}.`, { cause });
  }
}

/** A line for each that is not kept. */
export function describeOmitted({ omittedFiles }: Pick<LeftFiles, 'omittedFiles'>): string {
  return omittedFiles.map(({ path, reason }) => `not kept: ${oneLine(path)}: ${oneLine(reason)}\n`).join('');
}
