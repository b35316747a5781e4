import {
  FILES_BYTES,
  FILES_COUNT,
  GLOB_BYTES,
  GLOBS_COUNT,
  PATH_BYTES,
  PATH_SEGMENT_BYTES,
} from '../../bounds.ts';
import { InvalidInputError } from '../errors.ts';
import { ALL_FILES, type PayloadFile } from '../execution.ts';
import { Glob, GlobError } from '../files/glob.ts';
import type { RuntimeInfo } from '../runner.ts';
import type { ExecuteInput } from './input.ts';
import { atMost, decodeBase64, wellFormed, withoutNul } from './text.ts';

/**
 * The files that are written beside the program.
 * @param fileName the program's; null where none is written beside them
 * @throws InvalidInputError
 */
export function parseFiles(files: ExecuteInput['files'], fileName: string | null): PayloadFile[] {
  atMost('files', files.length, FILES_COUNT, 'files');
  const taken = new Set(fileName === null ? [] : [fileName]);
  let bytes = 0;
  return files.map((file, index) => {
    const field = `files[${index}]`;
    const path = checkPath(`${field}.path`, file.path);
    checkFree(`${field}.path`, path, taken);
    taken.add(path);
    const content =
      file.encoding === 'BASE64'
        ? decodeBase64(`${field}.content`, file.content)
        : Buffer.from(wellFormed(`${field}.content`, file.content));
    bytes += content.byteLength;
    atMost('files', bytes, FILES_BYTES, 'bytes in all');
    return { path, content };
  });
}

/** The name the program's source gets. @throws InvalidInputError */
export function parseFileName(name: string | null | undefined, runtime: RuntimeInfo): string {
  if (name === null || name === undefined) return runtime.defaultFileName;
  checkPath('fileName', name);
  if (name.includes('/'))
    throw new InvalidInputError('fileName', 'fileName: expected a name without /, got a path');
  if (!runtime.extensions.some((extension) => name.endsWith(extension) && name.length > extension.length)) {
    throw new InvalidInputError(
      'fileName',
      `fileName: expected a name ending in ${runtime.extensions.join(', ')} for ${runtime.language}, got ${quote(name)}`,
    );
  }
  return name;
}

function checkPath(field: string, path: string): string {
  wellFormed(field, path);
  withoutNul(field, path);
  atMost(field, Buffer.byteLength(path), PATH_BYTES, 'bytes');
  const reason = whyNotRelative(path);
  if (reason)
    throw new InvalidInputError(
      field,
      `${field}: expected a relative path like data/input.csv, got ${reason}`,
    );
  return path;
}

function whyNotRelative(path: string): string | null {
  if (path === '') return 'an empty one';
  if (path.startsWith('/')) return `an absolute one (${quote(path)})`;
  if (path.includes('\\')) return `one with a backslash (${quote(path)})`;
  for (const segment of path.split('/')) {
    if (segment === '') return `one with an empty part (${quote(path)})`;
    if (segment === '.' || segment === '..') return `one with ${segment} in it (${quote(path)})`;
    if (Buffer.byteLength(segment) > PATH_SEGMENT_BYTES) return `a part of over ${PATH_SEGMENT_BYTES} bytes`;
  }
  return null;
}

/** A path is free when no file has it, none lies below it, and no file stands where it needs a folder. */
function checkFree(field: string, path: string, taken: ReadonlySet<string>): void {
  for (const other of taken) {
    if (path === other || path.startsWith(`${other}/`) || other.startsWith(`${path}/`)) {
      throw new InvalidInputError(
        field,
        `${field}: expected a path of its own, got ${quote(path)} beside ${quote(other)}`,
      );
    }
  }
}

function quote(text: string): string {
  return JSON.stringify(text.length > 80 ? `${text.slice(0, 80)}…` : text);
}

/** Which of the files that a program leaves are kept. @throws InvalidInputError */
export function parseGlobs(globs: readonly string[], runtime: RuntimeInfo): readonly string[] {
  atMost('outputFiles', globs.length, GLOBS_COUNT, 'globs');
  for (const [index, glob] of globs.entries()) {
    const field = `outputFiles[${index}]`;
    wellFormed(field, glob);
    withoutNul(field, glob);
    atMost(field, Buffer.byteLength(glob), GLOB_BYTES, 'bytes');
    const problem = problemOf(glob);
    if (problem === null) continue;
    throw new InvalidInputError(
      field,
      `${field}: expected a glob below the program's directory, like plots/*.png, got ${problem}`,
    );
  }
  if (runtime.leavesFiles || globs.length === 0 || isEveryFile(globs)) return globs;
  throw new InvalidInputError(
    'outputFiles',
    `outputFiles: expected [], as this server keeps no files of ${runtime.language} programs, got ${globs.length} globs`,
  );
}

/** Whether these are the globs of whoever names none. */
export function isEveryFile(globs: readonly string[]): boolean {
  return globs.length === 1 && globs[0] === ALL_FILES[0];
}

function problemOf(glob: string): string | null {
  if (glob === '') return 'an empty one';
  if (glob.startsWith('/')) return 'an absolute path';
  if (glob.startsWith('!'))
    return 'one that begins with ! (nothing can be taken out again; a name with it is [!]…)';
  if (glob.includes('\\')) return 'one with a backslash (a character that stands for itself is [*])';
  try {
    new Glob(glob);
    return null;
  } catch (error) {
    if (error instanceof GlobError) return error.message;
    throw error;
  }
}
