import { readdir, readFile, stat } from 'node:fs/promises';
import { basename, dirname, isAbsolute, join, relative, resolve, sep } from 'node:path';
import { FILES_BYTES, FILES_COUNT } from '../../bounds.ts';
import { CommandError, systemCodeOf } from '../errors.ts';
import type { FileInput } from '../generated/graphql.ts';

/** Left out of a folder: what tools keep there, which no program reads. */
const LEFT_OUT: ReadonlySet<string> = new Set(['.git', '.venv', '__pycache__', 'node_modules']);

/**
 * Reads the files of `--file PATH[=NAME]`, as they are sent; of a folder all that is in it, links to folders left out.
 * @param program path of the program's file; null when it is none
 * @throws CommandError for a file that cannot be read, or for more than the service takes together
 */
export async function readFiles(arguments_: readonly string[], program: string | null): Promise<FileInput[]> {
  const files: FileInput[] = [];
  let bytes = 0;
  for (const argument of arguments_) {
    for (const { path, name } of await filesOf(argument, program)) {
      if (files.length === FILES_COUNT) {
        throw new CommandError(`--file ${argument}: expected at most ${FILES_COUNT} files in all, got more.`);
      }
      const content = await readLocalFile(path, FILES_BYTES - bytes);
      bytes += content.length;
      files.push({ path: name, content: content.toString('base64'), encoding: 'BASE64' });
    }
  }
  return files;
}

interface LocalFile {
  readonly path: string;
  /** Where it lies in the sandbox. */
  readonly name: string;
}

async function filesOf(argument: string, program: string | null): Promise<LocalFile[]> {
  const { path, name } = await splitArgument(argument, program);
  const isFolder = (await stat(path).catch(() => null))?.isDirectory() ?? false;
  if (!isFolder) return [{ path, name }];
  const isNamed = argument !== path;
  const files: LocalFile[] = [];
  for await (const file of walk(path, '')) {
    const own = program !== null && resolve(path, file) === resolve(program);
    // The program itself is sent as the program.
    if (own) continue;
    const at = join(path, file);
    const below = relativeTo(program, at);
    files.push({
      path: at,
      name: isNamed ? `${name}/${file}` : (below ?? `${basename(resolve(path))}/${file}`),
    });
    if (files.length > FILES_COUNT) break;
  }
  if (files.length === 0) throw new CommandError(`Cannot read ${path}: there is no file in it.`);
  return files;
}

/** The regular files below a folder, by their paths in it with `/` between, in the order of their names. */
async function* walk(folder: string, prefix: string): AsyncGenerator<string, void, undefined> {
  const entries = await readdir(join(folder, prefix), { withFileTypes: true }).catch((error: unknown) => {
    throw unreadable(join(folder, prefix), error);
  });
  for (const entry of entries.sort((a, b) => (a.name < b.name ? -1 : 1))) {
    if (LEFT_OUT.has(entry.name)) continue;
    const name = prefix === '' ? entry.name : `${prefix}/${entry.name}`;
    if (entry.isDirectory()) yield* walk(folder, name);
    else if (entry.isFile() || (entry.isSymbolicLink() && (await isFile(join(folder, name))))) yield name;
  }
}

async function isFile(path: string): Promise<boolean> {
  return (await stat(path).catch(() => null))?.isFile() ?? false;
}

/** Whether an argument of `--file` names something that is there. */
export async function namesLocalFile(argument: string): Promise<boolean> {
  const { path } = await splitArgument(argument, null);
  return (await stat(path).catch(() => null)) !== null;
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
  return relativeTo(program, path) ?? basename(path);
}

/** Its path from the program's directory, with `/` between; null when it is not below that. */
function relativeTo(program: string | null, path: string): string | null {
  const base = program === null ? resolve('.') : dirname(resolve(program));
  const below = relative(base, resolve(path));
  const isBelow = below !== '' && !isAbsolute(below) && below.split(sep)[0] !== '..';
  return isBelow ? below.split(sep).join('/') : null;
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
    throw unreadable(path, error);
  }
}

function unreadable(path: string, error: unknown): CommandError {
  return new CommandError(`Cannot read ${path}: ${REASONS[systemCodeOf(error) ?? ''] ?? String(error)}.`);
}

const REASONS: { readonly [code: string]: string | undefined } = {
  ENOENT: 'there is no such file',
  EACCES: 'permission denied',
  EISDIR: 'it is a directory',
  ENOTDIR: 'a part of its path is no directory',
};
