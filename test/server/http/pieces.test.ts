import { expect, test } from 'vitest';
import { Pieces } from '../../../src/server/http/body.ts';

test('gives back what was put in, in pieces of any size', () => {
  for (const sizes of [
    [],
    [0],
    [1],
    [70_000],
    [1, 70_000, 1],
    Array.from({ length: 3000 }, (_, at) => at % 97),
  ]) {
    const pieces = new Pieces();
    const parts = sizes.map((size, at) => Buffer.alloc(size, at % 251));
    for (const part of parts) pieces.add(part);
    expect(pieces.length).toBe(sizes.reduce((sum, size) => sum + size, 0));
    expect(pieces.whole().equals(Buffer.concat(parts))).toBe(true);
  }
});

test('what is put in may change afterwards', () => {
  const pieces = new Pieces();
  const piece = Buffer.from('a');
  for (const letter of 'abc') {
    piece.write(letter);
    pieces.add(piece);
  }
  expect(pieces.whole().toString()).toBe('abc');
});
