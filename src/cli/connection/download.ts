import { createHash } from 'node:crypto';
import { open, rename, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { backOffMs } from '../../async/back-off.ts';
import { CommandError } from '../errors.ts';
import { oneLine } from '../terminal/format.ts';
import { displayUrl, type Endpoint } from './endpoint.ts';
import { BACK_OFF } from './request.ts';

/** A file that a program left, as the server tells of it. */
export interface RemoteFile {
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
    if (response.status >= 500) throw new CutError(`HTTP status ${response.status}`);
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
