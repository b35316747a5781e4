import { expect, test } from 'vitest';
import { COMPILE_LIMITS, LAUNCHER_NAMES } from '../../../src/runner/languages/language.ts';
import {
  DEFAULT_LANGUAGE,
  findLanguage,
  LANGUAGES,
  launchedLanguages,
  launcherOf,
} from '../../../src/runner/languages/languages.ts';

test('no two languages share a name, an alias or an extension', () => {
  const names = LANGUAGES.flatMap(({ name, aliases }) => [name, ...aliases]);
  expect(new Set(names).size).toBe(names.length);
  const extensions = LANGUAGES.flatMap((language) => language.extensions);
  expect(new Set(extensions).size).toBe(extensions.length);
  expect(LANGUAGES).toContain(DEFAULT_LANGUAGE);
});

test.each(LANGUAGES)('the default file name of $name has its usual extension', (language) => {
  expect(language.defaultFileName.toLowerCase()).toBe(`main${language.extensions[0]?.toLowerCase()}`);
});

test.each(LAUNCHER_NAMES)('languages that %s serves share their image', (launcher) => {
  expect(new Set(launchedLanguages(LANGUAGES, launcher).map(({ image }) => image)).size).toBe(1);
});

test('a language is found by its name and by each of its aliases', () => {
  for (const language of LANGUAGES) {
    for (const name of [language.name, ...language.aliases]) expect(findLanguage(name)).toBe(language);
  }
  expect(findLanguage('cobol')).toBeUndefined();
});

test('the launcher of a language is its record’s, and of no other there is one', () => {
  const launched = launchedLanguages(LANGUAGES);
  expect(launched.map(({ name }) => launcherOf(LANGUAGES, name))).toEqual(
    launched.map(({ launcher }) => launcher),
  );
  for (const name of ['js', 'ruby'])
    expect(() => launcherOf(LANGUAGES, name)).toThrow(
      `Expected a language that a launcher serves, got ${name}`,
    );
});

test('no record says more than a file could', () => {
  for (const { warmUp, isRequired, commands } of LANGUAGES) {
    expect([warmUp, isRequired, commands.compileLimits]).toEqual([[], false, COMPILE_LIMITS]);
  }
});

test('every command is found by a name, and takes only what it can be given', () => {
  for (const { commands, launcher, image } of LANGUAGES) {
    expect(launcher === null).toBe(image === null);
    for (const command of [commands.run, commands.version, ...(commands.compile ? [commands.compile] : [])]) {
      expect(command[0]).toBeTruthy();
      const names = command.flatMap((word) => word.match(/\{\w+\}/g) ?? []);
      for (const name of names) expect(['{file}', '{sources}', '{output}', '{stem}']).toContain(name);
    }
  }
});
