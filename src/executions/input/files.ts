import { FILES_BYTES, FILES_COUNT, PATH_BYTES, PATH_SEGMENT_BYTES } from '../../bounds.ts';
import { InvalidInputError } from '../errors.ts';
import type { PayloadFile } from '../execution.ts';
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
