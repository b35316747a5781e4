import { readFile, stat } from 'node:fs/promises';
import { basename, dirname, isAbsolute, relative, resolve, sep } from 'node:path';
import { FILES_BYTES } from '../../bounds.ts';
import { CommandError, systemCodeOf } from '../errors.ts';
import type { FileInput } from '../generated/graphql.ts';

/**
 * Reads the files of `--file PATH[=NAME]`, as they are sent.
 * @param program path of the program's file; null when it came from stdin
 * @throws CommandError for a file that cannot be read, or for more than the service takes together
 */
export async function readFiles(arguments_: readonly string[], program: string | null): Promise<FileInput[]> {
  const files: FileInput[] = [];
  let bytes = 0;
  for (const argument of arguments_) {
    const { path, name } = await splitArgument(argument, program);
    const content = await readLocalFile(path, FILES_BYTES - bytes);
    bytes += content.length;
    files.push({ path: name, content: content.toString('base64'), encoding: 'BASE64' });
  }
  return files;
}

/** A file that has a `=` in its name is meant as a whole. */
async function splitArgument(
  argument: string,
  program: string | null,
): Promise<{ path: string; name: string }> {
  const at = argument.lastIndexOf('=');
  if (at > 0 && !(await stat(argument).catch(() => null))) {
    return { path: argument.slice(0, at), name: argument.slice(at + 1) };
  }
  return { path: argument, name: sandboxName(argument, program) };
}

/**
 * A file below the program's directory keeps its place relative to the program, so that imports find it; any other lies
 * beside the program.
 */
export function sandboxName(path: string, program: string | null): string {
  const base = program === null ? resolve('.') : dirname(resolve(program));
  const below = relative(base, resolve(path));
  const isBelow = below !== '' && !isAbsolute(below) && below.split(sep)[0] !== '..';
  return isBelow ? below.split(sep).join('/') : basename(path);
}

/** @throws CommandError when it is no readable file or has more than `limit` bytes */
export async function readLocalFile(path: string, limit: number): Promise<Buffer> {
  try {
    const { size } = await stat(path);
    if (size > limit)
      throw new CommandError(`${path} is too large: expected at most ${limit} bytes, got ${size}.`);
    return await readFile(path);
  } catch (error) {
    if (error instanceof CommandError) throw error;
    throw new CommandError(`Cannot read ${path}: ${REASONS[systemCodeOf(error) ?? ''] ?? String(error)}.`);
  }
}

const REASONS: { readonly [code: string]: string | undefined } = {
  ENOENT: 'there is no such file',
  EACCES: 'permission denied',
  EISDIR: 'it is a directory',
  ENOTDIR: 'a part of its path is no directory',
};
