import { describe, expect, test } from 'vitest';
import { Layout } from '../../../src/console/output/layout.ts';
import { findMatches } from '../../../src/console/output/matches.ts';
import { Screen } from '../../../src/console/output/screen.ts';
import { breaks } from '../../../src/console/output/width.ts';

function linesOf(text: string) {
  const screen = new Screen();
  screen.write(text, 'STDOUT');
  return screen.lines;
}

describe('where lines break', () => {
  test.each([
    ['a short one', 'abc', 10, []],
    ['one that just fits', 'abcde', 5, []],
    ['a longer one', 'abcdefghijk', 5, [5, 10]],
    ['wide characters', '漢字漢字漢', 4, [2, 4]],
    ['a wide one that does not fit beside a narrow one', 'abc漢', 4, [3]],
    ['marks without a width', 'e\u0301'.repeat(4), 2, [4]],
    ['emoji', '😀😀😀', 4, [4]],
    ['what progress bars are drawn with', '█'.repeat(6), 5, [5]],
  ])('%s', (_what, text, columns, expected) => {
    expect(breaks(text, columns)).toEqual(expected);
  });
});

describe('layout', () => {
  const lines = linesOf('one\nabcdefghijkl\n\nlast');
  const texts = (layout: Layout, first: number, count: number): string[] =>
    layout.slice(lines, first, count).map(({ line, from, to }) => lines[line]?.text.slice(from, to) ?? '');

  test('every row shows its part of a line', () => {
    const layout = new Layout();
    layout.update(lines, 0, 5);
    expect(layout.rows).toBe(6);
    expect(texts(layout, 0, 10)).toEqual(['one', 'abcde', 'fghij', 'kl', '', 'last']);
    expect(texts(layout, 2, 2)).toEqual(['fghij', 'kl']);
    expect(layout.rowOf(lines, 1, 7)).toBe(2);
    expect(layout.rowOf(lines, 3, 0)).toBe(5);
  });

  test('other columns lay all lines anew, a change those from it on', () => {
    const layout = new Layout();
    layout.update(lines, 0, 5);
    layout.update(lines, lines.length, 12);
    expect(layout.rows).toBe(4);
    const screen = new Screen();
    screen.write('a\nb', 'STDOUT');
    layout.update(screen.lines, screen.takeChanged(), 10);
    screen.write(`${'c'.repeat(25)}\nd`, 'STDOUT');
    layout.update(screen.lines, screen.takeChanged(), 10);
    expect(layout.rows).toBe(5);
  });
});

describe('search', () => {
  test('finds every place whatever the case', () => {
    expect(findMatches(linesOf('Error\nno\nan error, errors'), 'ERROR')).toEqual([
      { line: 0, from: 0, to: 5 },
      { line: 2, from: 3, to: 8 },
      { line: 2, from: 10, to: 15 },
    ]);
  });

  test('finds nothing for nothing, and at most ten thousand', () => {
    expect(findMatches(linesOf('abc'), '')).toEqual([]);
    expect(findMatches(linesOf('aaaa\n'.repeat(5000)), 'a')).toHaveLength(10_000);
  });
});
