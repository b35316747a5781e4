import { basename, extname } from 'node:path';
import { isatty } from 'node:tty';
import { CODE_BYTES } from '../../bounds.ts';
import { DEFAULT_LANGUAGE, findLanguage, LANGUAGES } from '../../runner/languages/languages.ts';
import { UsageError } from '../errors.ts';
import type { Shell } from '../shell.ts';
import { decodeText, readText } from '../terminal/stdin.ts';
import { namesLocalFile, readLocalFile } from './files.ts';

/** Where the program comes from. */
export interface Source {
  /** Path of its file; null for `-` and for `--code`. */
  readonly file: string | null;
  /** The program as `--code` has it; null without. */
  readonly inline: string | null;
  readonly args: string[];
}

/**
 * What `[options] FILE [args…]` or `--code CODE [args…]` names.
 * @throws UsageError when neither is there
 */
export function sourceOf(file: string | undefined, rest: string[], inline: string | undefined): Source {
  if (inline !== undefined) return { file: null, inline, args: file === undefined ? [] : [file, ...rest] };
  if (file === undefined) {
    throw new UsageError('Expected a FILE to run, - for stdin, or --code CODE, got none.');
  }
  return { file: file === '-' ? null : file, inline: null, args: rest };
}

/** The program's part of the input; `language` is null when the file's name tells none. */
export async function readProgram({ file, inline }: Source, chosen: string | undefined, shell: Shell) {
  if (inline !== null) return { code: inline, language: namedLanguage(chosen ?? DEFAULT_LANGUAGE.name) };
  if (file === null) {
    const code = await readText(shell.stdin, 'The program on stdin', CODE_BYTES);
    return { code, language: namedLanguage(chosen ?? DEFAULT_LANGUAGE.name) };
  }
  const { language, fileName } = languageOf(file, chosen);
  const code = decodeText(await readLocalFile(file, CODE_BYTES), file);
  return { code, language, ...(fileName !== null && { fileName }) };
}

/**
 * `-f data.csv` behind FILE goes to the program, which then does not find the file: caught when it names a file that is
 * here. `--` before FILE says that it is meant so.
 * @throws UsageError
 */
export async function checkMisplacedFiles(
  { file, args }: Source,
  own: readonly string[],
  given: readonly string[],
): Promise<void> {
  if (file === null || own.includes('--')) return;
  for (const [index, word] of args.entries()) {
    if (word === '--') return;
    const value = word === '-f' || word === '--file' ? args[index + 1] : /^--file=(.+)$/.exec(word)?.[1];
    if (value === undefined || given.includes(value) || !(await namesLocalFile(value))) continue;
    throw new UsageError(
      `-f ${value} stands after ${file}, so the program gets it as an argument and not the file. Write ` +
        `"podline run -f ${value} ${file}", or "podline run -- ${file} …" when it is the program's.`,
    );
  }
}

/** What programs say that asked for input and were at its end. */
const AT_END_OF_INPUT =
  /EOFError: EOF when reading a line|[Tt]op-level await promise never resolved|unsettled top-level await/;
const READS_INPUT = /\binput\(|\bstdin\b|readline|\bprompt\(/;

/**
 * Why a program that failed did not get what is typed at this terminal; null when that was not it.
 * @param words the last that it printed to stderr
 */
export function explainEndOfInput(source: Source, code: string, words: string, shell: Shell): string | null {
  if (!isatty(shell.stdin) || !READS_INPUT.test(code) || !AT_END_OF_INPUT.test(words)) return null;
  const how = source.file ?? (source.inline === null ? '-' : '-c …');
  return `The program asked for input, and this server passes on nothing that is typed: pipe it, as in: echo Bob | podline run ${how}`;
}

/** Languages by the extensions of files that no record has: better named than called unknown. */
const OTHERS: { readonly [extension: string]: string | undefined } = {
  '.cs': 'csharp',
  '.hs': 'haskell',
  '.jl': 'julia',
  '.kt': 'kotlin',
  '.swift': 'swift',
};

/** Languages that servers run; for completion. */
export const LANGUAGE_NAMES = LANGUAGES.map(({ name }) => name);

/** A language as the service names it: `js`, `Python` and the like stand for one. Others are left to the server. */
export function namedLanguage(text: string): string {
  const name = text.toLowerCase();
  return findLanguage(name)?.name ?? name;
}

/**
 * The language of a program's file, null when its extension tells none, and the name it gets in the sandbox: its own, so
 * that tracebacks name it, unless the extension is of another language than the chosen one.
 * @param chosen `--language`; the extension decides without it
 */
export function languageOf(
  file: string,
  chosen: string | undefined,
): { readonly language: string | null; readonly fileName: string | null } {
  const extension = extname(file).toLowerCase();
  const known =
    LANGUAGES.find(({ extensions }) => extensions.includes(extension))?.name ?? OTHERS[extension] ?? null;
  const language = chosen === undefined ? known : namedLanguage(chosen);
  return { language, fileName: known !== null && known === language ? basename(file) : null };
}
