import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { ConfigError } from '../../../src/config-error.ts';
import { COMPILE_LIMITS } from '../../../src/runner/languages/language.ts';
import { LANGUAGES } from '../../../src/runner/languages/languages.ts';
import { readLanguages } from '../../../src/runner/languages/read-languages.ts';

const directory = mkdtempSync(join(tmpdir(), 'podline-languages-'));
afterAll(() => rmSync(directory, { recursive: true }));
const file = join(directory, 'languages.yaml');

function read(text: string) {
  writeFileSync(file, text);
  return readLanguages('LANGUAGES_FILE', file, LANGUAGES);
}

/** The sentences with which it is refused. */
function problemsOf(text: string): string[] {
  try {
    read(text);
  } catch (error) {
    if (error instanceof ConfigError) return error.message.split('\n');
    throw error;
  }
  return [];
}

const ZIG = `
- name: zig
  aliases: [ziglang]
  extensions: [.zig, .zon]
  version: [zig, version]
  compile: { command: [zig, build-exe, '{file}', '-femit-bin={output}'], timeoutMs: 60000 }
  run: ['{output}']
  env: { ZIG_GLOBAL_CACHE_DIR: /tmp/zig }
  image: registry.test:5000/zig@sha256:0f
`;

describe('a file of languages', () => {
  test('adds one', () => {
    const languages = read(ZIG);
    expect(languages.slice(0, -1)).toEqual(LANGUAGES);
    expect(languages.at(-1)).toEqual({
      name: 'zig',
      aliases: ['ziglang'],
      extensions: ['.zig', '.zon'],
      defaultFileName: 'main.zig',
      launcher: null,
      image: 'registry.test:5000/zig@sha256:0f',
      commands: {
        version: ['zig', 'version'],
        compile: ['zig', 'build-exe', '{file}', '-femit-bin={output}'],
        compileLimits: { ...COMPILE_LIMITS, timeoutMs: 60_000 },
        prepare: null,
        run: ['{output}'],
        env: { ZIG_GLOBAL_CACHE_DIR: '/tmp/zig' },
      },
      warmUp: [],
      isRequired: true,
      notes: [],
    });
  });

  test('changes of one that is there what it says, and nothing else', () => {
    const [ruby, c, python] = ['ruby', 'c', 'python'].map((name) =>
      LANGUAGES.find((one) => one.name === name),
    );
    const languages = read(`
- { name: ruby, image: 'ruby:4', notes: [Frozen strings.] }
- { name: c, compile: [cc, -o, '{output}', '{sources}'], fileName: program.c }
- { name: python, warmUp: [numpy], aliases: [] }
`);
    const now = (name: string) => languages.find((one) => one.name === name);
    expect(now('ruby')).toEqual({ ...ruby, image: 'ruby:4', notes: ['Frozen strings.'] });
    const compile = ['cc', '-o', '{output}', '{sources}'];
    const commands = { ...c?.commands, compile };
    expect(now('c')).toEqual({ ...c, commands, defaultFileName: 'program.c', isRequired: true });
    expect(now('python')).toEqual({ ...python, warmUp: ['numpy'], aliases: [] });
    expect(languages.map(({ name }) => name)).toEqual(LANGUAGES.map(({ name }) => name));
  });

  test('adds one that a launcher serves, by the commands of its first', () => {
    const science = read('- { name: science, launcher: python, extensions: [.py], image: "data:1" }').at(-1);
    const python = LANGUAGES[0];
    expect(science).toMatchObject({ launcher: 'python', image: 'data:1', commands: python?.commands });
  });

  test('that is empty of records changes nothing', () => {
    expect(read('[]')).toEqual(LANGUAGES);
  });

  test('is told all that is wrong with it at once', () => {
    expect(
      problemsOf(`
- { name: zig, extension: [.zig], version: zig, run: ['{outptu}', 1], compile: { comand: [zig], timeoutMs: soon } }
- { name: Zig }
- nothing
- { name: ruby, aliases: [py] }
- { name: ruby }
`),
    ).toEqual([
      'LANGUAGES_FILE zig: expected no field but name, aliases, extensions, fileName, launcher, image, version, run, compile, env, warmUp, notes, got "extension". Did you mean extensions?',
      'LANGUAGES_FILE zig.version: expected a command as a list of words, like [ruby, "{file}"], got "zig"',
      'LANGUAGES_FILE zig.run[0]: expected one of {file}, {sources}, {output}, {stem} or other text, got "{outptu}". Did you mean output?',
      'LANGUAGES_FILE zig.run[1]: expected a word (a number in quotes), got 1',
      'LANGUAGES_FILE zig.compile: expected no field but command, timeoutMs, memoryMb, outputBytes, got "comand". Did you mean command?',
      'LANGUAGES_FILE zig.compile.timeoutMs: expected a whole number from 100 to 86400000, got "soon"',
      'LANGUAGES_FILE zig.compile.command: expected a value, got nothing',
      'LANGUAGES_FILE zig: expected extensions, which a new language has to say, got nothing.',
      'LANGUAGES_FILE Zig.name: expected a name of small letters, digits and + # . _ -, 40 at the most, got "Zig"',
      ...['extensions', 'version', 'run'].map(
        (field) => `LANGUAGES_FILE Zig: expected ${field}, which a new language has to say, got nothing.`,
      ),
      'LANGUAGES_FILE [2]: expected a record with a name, got "nothing"',
      'LANGUAGES_FILE ruby: expected one record for each language, got another',
      'LANGUAGES_FILE ruby.aliases: expected names that no other language has, got "py", which is one of python',
    ]);
  });

  test.each([
    ['name: zig', 'LANGUAGES_FILE: expected a list of languages, got fields'],
    [
      '- [',
      /^LANGUAGES_FILE: expected YAML with one document in ".*", got what does not parse \(line \d, .*\)$/,
    ],
    ['- { aliases: [x] }', 'LANGUAGES_FILE [0].name: expected a name, got nothing'],
    [
      '- { name: pyhton, image: "x" }',
      'LANGUAGES_FILE pyhton: expected run, which a new language has to say, got nothing. Did you mean python?',
    ],
    [
      '- { name: c, launcher: node }',
      'LANGUAGES_FILE c.launcher: expected one of python, javascript, got "node"',
    ],
    [
      '- { name: c, fileName: main.py }',
      'LANGUAGES_FILE c.fileName: expected a name ending in .c, got "main.py"',
    ],
    [
      '- { name: c, compile: null }',
      'LANGUAGES_FILE c.compile: expected a command that makes the {output} of run, got nothing',
    ],
    [
      '- { name: bash, run: [bash, main.sh] }',
      'LANGUAGES_FILE bash.run: expected {file} in one of its words, got a command that never reads the program',
    ],
    [
      '- { name: c, run: [sh, "x{sources}"] }',
      'LANGUAGES_FILE c.run[1]: expected {sources} as a word by itself, got "x{sources}"',
    ],
    [
      '- { name: c, aliases: [c] }',
      /c\.aliases: expected names that no other language has, got "c", which is there twice/,
    ],
    [
      '- { name: c, env: { A: 1, "b-c": x } }',
      /c\.env\.A: expected text \(a number in quotes\), got 1\n.*got "b-c"/,
    ],
    ['- { name: c, run: null }', 'LANGUAGES_FILE c.run: expected a value, got nothing'],
  ])('with %s is refused', (text, sentence) => {
    expect(problemsOf(text).join('\n')).toMatch(sentence);
  });
});
