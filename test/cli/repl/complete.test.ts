import { describe, expect, test } from 'vitest';
import { isComplete } from '../../../src/cli/repl/complete.ts';

describe('Python', () => {
  test.each([
    'x = 1',
    '',
    'print("(")',
    "x = ':'  # a comment:",
    '[1,\n 2]',
    'def f():\n  return 1\n',
    'def f():\n  return 1\n  ',
    's = """a\nb"""',
    'x = {"a": 1}',
  ])('%j can be run', (text) => {
    expect(isComplete(text, 'python')).toBe(true);
  });

  test.each([
    'x = (',
    '[1,',
    'def f():',
    'def f():\n  return 1',
    'if x:  # why',
    '@decorated',
    's = """a',
    'x = 1 + \\',
    'f("a", # )',
  ])('%j goes on', (text) => {
    expect(isComplete(text, 'python')).toBe(false);
  });

  test('what is wrong is for the interpreter to say', () => {
    for (const text of ['x = "open', ')', 'x = 1 +']) expect(isComplete(text, 'python')).toBe(true);
  });
});

test.each([
  ['const a = {', false],
  ['const a = {\n  b: 2 }', true],
  ['`a\nb', false],
  ['`a\nb`', true],
  ['/* open', false],
  ['f(1) // (', true],
  ['function f() {\n', false],
])('JavaScript: %j is complete: %j', (text, expected) => {
  expect(isComplete(text, 'javascript')).toBe(expected);
  expect(isComplete(text, 'typescript')).toBe(expected);
});

test('of any other language a line is whole', () => {
  expect(isComplete('if true; then (', 'bash')).toBe(true);
});
