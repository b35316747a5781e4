import { c, cpp, go, java, rust } from './compiled.ts';
import { bash, lua, perl, php, r, ruby, sqlite } from './interpreted.ts';
import { javascript } from './javascript.ts';
import type { Language, LauncherName } from './language.ts';
import { python } from './python.ts';
import { typescript } from './typescript.ts';

/** Every language that a host may offer. */
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

/** Those that a launcher serves, which every host offers. */
export const LAUNCHED_LANGUAGES: readonly Language[] = LANGUAGES.filter(({ launcher }) => launcher !== null);

/** What a program is written in when nothing says so. */
export const DEFAULT_LANGUAGE: Language = python;

/** The language of that name or alias, in lower case; undefined when there is none. */
export function findLanguage(name: string): Language | undefined {
  return LANGUAGES.find((language) => language.name === name || language.aliases.includes(name));
}

/** The languages that a launcher serves; there is at least one. */
export function languagesOf(launcher: LauncherName): readonly Language[] {
  return LANGUAGES.filter((language) => language.launcher === launcher);
}

/**
 * The launcher that serves a language.
 * @throws for a name that no record with a launcher has
 */
export function launcherOf(name: string): LauncherName {
  const language = LAUNCHED_LANGUAGES.find((candidate) => candidate.name === name);
  if (!language?.launcher) throw new Error(`Expected a language that a launcher serves, got ${name}`);
  return language.launcher;
}
