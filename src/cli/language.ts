import { basename, extname } from 'node:path';
import { UsageError } from './errors.ts';

const LANGUAGES: { readonly [extension: string]: string | undefined } = {
  '.py': 'python',
  '.js': 'javascript',
  '.mjs': 'javascript',
  '.cjs': 'javascript',
  '.ts': 'typescript',
  '.mts': 'typescript',
  '.cts': 'typescript',
};

/**
 * The language of a program's file, and the name it gets in the sandbox: its own, so that tracebacks name it, unless the
 * extension is of another language than the chosen one.
 * @param chosen `--language`; the extension decides without it
 * @throws UsageError for an extension that no language is known by
 */
export function languageOf(
  file: string,
  chosen: string | undefined,
): { language: string; fileName: string | null } {
  const extension = extname(file).toLowerCase();
  const known = LANGUAGES[extension];
  const language = chosen ?? known;
  if (language === undefined) {
    const extensions = Object.keys(LANGUAGES).join(', ');
    throw new UsageError(
      `The language of ${file} is not told by its name: expected ${extensions}, got ${extension || 'no extension'}. Name it with --language.`,
    );
  }
  return { language, fileName: known === language ? basename(file) : null };
}
