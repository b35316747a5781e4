import { c, cpp, go, java, rust } from './compiled.ts';
import { bash, lua, perl, php, r, ruby, sqlite } from './interpreted.ts';
import type { Language, LauncherName } from './language.ts';
import { javascript, python, typescript } from './launched.ts';

/** The languages that come with Podline. A server's own table is `Config.languages`, which `LANGUAGES_FILE` adds to. */
export const LANGUAGES: readonly Language[] = [
  python,
  javascript,
  typescript,
  bash,
  c,
  cpp,
  go,
  rust,
  java,
  ruby,
  php,
  perl,
  lua,
  r,
  sqlite,
];

/** What a program is written in when nothing says so. */
export const DEFAULT_LANGUAGE: Language = python;

/** The language of that name or alias, in lower case; undefined when there is none. */
export function findLanguage(name: string): Language | undefined {
  return LANGUAGES.find((language) => language.name === name || language.aliases.includes(name));
}

/** The languages that a launcher serves, or any launcher; there is at least one. */
export function launchedLanguages(
  languages: readonly Language[],
  launcher: LauncherName | null = null,
): readonly Language[] {
  return languages.filter(
    (language) => language.launcher !== null && (launcher ?? language.launcher) === language.launcher,
  );
}

/**
 * The launcher that serves a language.
 * @throws for a name that no record with a launcher has
 */
export function launcherOf(languages: readonly Language[], name: string): LauncherName {
  const language = languages.find((candidate) => candidate.name === name);
  if (!language?.launcher) throw new Error(`Expected a language that a launcher serves, got ${name}`);
  return language.launcher;
}
