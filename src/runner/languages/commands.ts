import { basename, extname } from 'node:path';
import type { RunRequest } from '../../executions/run.ts';
import type { Language } from './language.ts';

/**
 * A command of a language with the names that it has for one program put in: see `Commands`.
 * @param output where a compiler leaves what it makes
 */
export function commandFor(
  words: readonly string[],
  language: Language,
  { fileName, payload }: Pick<RunRequest, 'fileName' | 'payload'>,
  output: string,
): string[] {
  const file = plain(fileName);
  return words.flatMap((word) => {
    if (word === '{sources}') {
      const others = payload.files
        .map(({ path }) => path)
        .filter((path) => language.extensions.includes(extname(path)));
      return [file, ...others.map(plain)];
    }
    return word.replace(/\{(file|output|stem)\}/g, (_, name: 'file' | 'output' | 'stem') => {
      return { file, output, stem: plain(basename(fileName, extname(fileName))) }[name];
    });
  });
}

/** No tool is to take a file's name for an option. */
function plain(path: string): string {
  return path.startsWith('-') ? `./${path}` : path;
}
