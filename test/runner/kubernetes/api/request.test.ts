import { expect, it } from 'vitest';
import { lines } from '../../../../src/runner/kubernetes/api/request.ts';

async function* bytes(...parts: string[]): AsyncGenerator<Buffer> {
  for (const part of parts) yield Buffer.from(part, 'latin1');
}

it.each([
  ['whole', ['a\nb\n'], ['a', 'b']],
  ['cut anywhere', ['a', 'b', '\nc\n', '\n', 'd\n'], ['ab', 'c', '', 'd']],
  ['cut within a character', ['\xc3', '\xa9\n'], ['é']],
  ['longer than the bound', ['12345678', '9\nab\n'], ['12345', 'ab']],
  ['exactly as long as the bound', ['12345\n'], ['12345']],
  ['none', [], []],
])('gives lines that come %s', async (_how, parts, expected) => {
  expect(await Array.fromAsync(lines(bytes(...parts), 5, true))).toEqual(expected);
});

it('gives a last line without an end only when requested', async () => {
  expect(await Array.fromAsync(lines(bytes('a\nb'), 5, true))).toEqual(['a', 'b']);
  expect(await Array.fromAsync(lines(bytes('a\nb'), 5, false))).toEqual(['a']);
});
