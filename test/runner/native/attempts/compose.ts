import type { Attempt, AttemptLanguage } from './attempt.ts';
import { composeBash } from './languages/bash.ts';
import { composeC } from './languages/c.ts';
import { composeJavascript } from './languages/javascript.ts';
import { composePython } from './languages/python.ts';

/** One program for each language, which makes all attempts that are in it and prints how each ended (`readOutcomes`). */
export const COMPOSE: {
  readonly [language in AttemptLanguage]: (attempts: readonly Attempt[]) => string;
} = { c: composeC, python: composePython, javascript: composeJavascript, bash: composeBash };

/** Those of `attempts` that can be made in a language. */
export function attemptsIn(language: AttemptLanguage, attempts: readonly Attempt[]): readonly Attempt[] {
  return attempts.filter(({ code }) => code[language] !== undefined);
}
