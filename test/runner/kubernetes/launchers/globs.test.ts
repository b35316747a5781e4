import { spawnSync } from 'node:child_process';
import { expect, test } from 'vitest';
import { Glob } from '../../../../src/executions/files/glob.ts';
import { Glob as NodeGlob } from '../../../../src/runner/kubernetes/launchers/node/glob.js';
import { findPython } from '../../../support/launcher/launchers.ts';
import { seeded } from '../session/unreliable-pod.ts';

const PARTS = [
  '*',
  '?',
  '**',
  '/',
  '/',
  'a',
  'b',
  'ä',
  '😀',
  '[a-c]',
  '[!a]',
  '[^b-]',
  '[]a]',
  '[*]',
  '{a,b}',
  '{,ä}',
  '{a/b,**}',
  '-',
  '.',
  '\n',
];
const NAMES = ['a', 'b', 'ab', 'ä', '😀', 'a😀', '.a', '-', ']', '*', 'c', 'aab', 'a\n', 'bca'];

/** Some that parse, and paths that they may match, by a seed. */
function cases(seed: number): { readonly globs: string[]; readonly paths: string[][] } {
  const random = seeded(seed);
  const one = <T>(all: readonly T[]): T => all[Math.floor(random() * all.length)] as T;
  const globs = new Set<string>(['**', '*', '**/*.csv', 'a/**/b', '*a*b', `${'*a'.repeat(20)}b`]);
  while (globs.size < 400) {
    const text = Array.from({ length: 1 + random() * 6 }, () => one(PARTS)).join('');
    try {
      new Glob(text);
      globs.add(text);
    } catch {
      // It does not parse.
    }
  }
  const paths = Array.from({ length: 60 }, () => Array.from({ length: 1 + random() * 3 }, () => one(NAMES)));
  return { globs: [...globs], paths: [...paths, ['a'.repeat(60)]] };
}

const seed = Math.floor(Math.random() * 2 ** 32);
const { globs, paths } = cases(seed);

/** For each glob which paths it matches, and below which it leads, as digits. */
function judged(make: (text: string) => Pick<Glob, 'matches' | 'leadsBelow'>): string[] {
  return globs.map((text) => {
    const glob = make(text);
    return paths.map((path) => Number(glob.matches(path)) + 2 * Number(glob.leadsBelow(path))).join('');
  });
}

const expected = judged((text) => new Glob(text));

test('the launcher in Node judges as the server does', () => {
  expect(
    judged((text) => new NodeGlob(text)),
    `seed ${seed}`,
  ).toEqual(expected);
  expect(new Set(expected.join('')).size).toBe(4);
});

test('so does the one in Python', () => {
  const folder = new URL('../../../../src/runner/kubernetes/launchers/python', import.meta.url).pathname;
  const script = `import importlib.util, json, sys
spec = importlib.util.spec_from_file_location("launcher_glob", ${JSON.stringify(`${folder}/glob.py`)})
module = importlib.util.module_from_spec(spec)
sys.dont_write_bytecode = True
spec.loader.exec_module(module)
globs, paths = json.load(sys.stdin)
paths = [tuple(path) for path in paths]
globs = [module.Glob(glob) for glob in globs]
json.dump(["".join(str(glob.matches(p) + 2 * glob.leads_below(p)) for p in paths) for glob in globs], sys.stdout)`;
  const { stdout, stderr } = spawnSync(findPython(), ['-c', script], {
    input: JSON.stringify([globs, paths]),
    encoding: 'utf8',
  });
  expect(stderr).toBe('');
  expect(JSON.parse(stdout), `seed ${seed}`).toEqual(expected);
});
