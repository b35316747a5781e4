import { mkdir } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { downloadTo, type RemoteFile } from '../connection/download.ts';
import type { Endpoint } from '../connection/endpoint.ts';
import { request } from '../connection/request.ts';
import { CommandError, systemCodeOf } from '../errors.ts';
import { graphql } from '../generated/gql.ts';
import type { FilesQuery } from '../generated/graphql.ts';
import { oneLine } from '../terminal/format.ts';

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

export type LeftFiles = NonNullable<FilesQuery['execution']>;

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
