import { expect, test } from 'vitest';
import { Glob, GlobError } from '../../../src/executions/files/glob.ts';

const matches = (glob: string, path: string): boolean => new Glob(glob).matches(path.split('/'));

test.each([
  ['**', ['a', 'a/b/c', '.hidden', 'a/.b/c'], []],
  ['*', ['a', 'a.b', '.hidden'], ['a/b']],
  ['*.csv', ['a.csv', '.csv'], ['a.csv.gz', 'b/a.csv', 'csv']],
  ['**/*.csv', ['a.csv', 'b/a.csv', 'b/c/a.csv'], ['a.txt']],
  ['plots/**', ['plots/a', 'plots/b/c'], ['a', 'a/plots/b']],
  ['a/**/z', ['a/z', 'a/b/z', 'a/b/c/z'], ['a/b', 'b/a/z']],
  ['**/b/**/d', ['b/d', 'a/b/c/d', 'b/b/d'], ['a/d', 'b/c']],
  ['?.txt', ['a.txt', 'ä.txt', '😀.txt'], ['ab.txt', '.txt']],
  ['[a-c]x', ['ax', 'cx'], ['dx', 'x', '-x']],
  ['[!a-c]x', ['dx', '😀x'], ['ax']],
  ['[]a]', [']', 'a'], ['b']],
  ['[*?]', ['*', '?'], ['a']],
  ['[a-]', ['a', '-'], ['b']],
  ['{a,b}.{png,svg}', ['a.png', 'b.svg'], ['c.png', 'a.csv', '{a,b}.png']],
  ['{out,**/plots}/*.png', ['out/a.png', 'plots/a.png', 'x/plots/a.png'], ['x/out/a.png']],
  ['a*b*c', ['abc', 'aXbXc', 'abbc', 'abcbc'], ['ab', 'acb']],
  ['Ä.txt', ['Ä.txt'], ['A.txt', 'ä.txt']],
  ['a\nb', ['a\nb'], ['ab']],
] as const)('%s', (glob, yes, no) => {
  expect(yes.filter((path) => !matches(glob, path))).toEqual([]);
  expect(no.filter((path) => matches(glob, path))).toEqual([]);
});

test.each([
  ['a/**', ['a', 'a/b'], ['b', 'ab']],
  ['*.csv', [], ['a', 'a.csv']],
  ['a/*/c', ['a', 'a/b'], ['b', 'a/b/c']],
  ['**/x', ['a', 'a/b'], []],
] as const)('%s leads below the folders it may match in', (glob, yes, no) => {
  const leads = (folder: string): boolean => new Glob(glob).leadsBelow(folder.split('/'));
  expect(yes.filter((folder) => !leads(folder))).toEqual([]);
  expect(no.filter((folder) => leads(folder))).toEqual([]);
});

test.each([
  '',
  '../a',
  'a/../b',
  './a',
  'a//b',
  'a/',
  '/a',
  '**.csv',
  'a**/b',
  '[a',
  '[',
  '[]',
  '[z-a]',
  '[a/b]',
  '{a',
  'a}',
  '{a,{b,c}}',
  '{a,[b]}',
  '{..,a}/b',
  '{,a}',
  '{a,b}{a,b}{a,b}{a,b}{a,b}{a,b}{a,b}',
])('%j is none', (glob) => {
  expect(() => new Glob(glob)).toThrow(GlobError);
});

test('a pattern that would keep a matcher busy for ever does not', () => {
  const glob = new Glob(`${'*a'.repeat(80)}b`);
  const path = Array.from({ length: 2 }, () => 'a'.repeat(250));
  const deep = new Glob(`${'**/a/'.repeat(40)}b`);
  for (let count = 0; count < 100; count++) {
    expect(glob.matches(path)).toBe(false);
    expect(deep.matches(Array.from({ length: 250 }, () => 'a'))).toBe(false);
  }
});
