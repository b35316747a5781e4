import { describe, expect, it } from 'vitest';
import { formatDuration, formatFields, formatTable } from '../../../src/cli/terminal/format.ts';

describe('formatTable', () => {
  it('makes columns as wide as their widest cell', () => {
    expect(
      formatTable(
        ['ID', 'STATE'],
        [
          ['long-one', 'a'],
          ['b', ''],
        ],
      ),
    ).toBe('ID        STATE\nlong-one  a\nb\n');
  });

  it('lets no control character through', () => {
    expect(formatTable(['A'], [['x\u001b[2J\ny\u009b\u007f']])).toBe('A\nx\\u001b[2J\\ny\\u009b\\u007f\n');
  });
});

describe('formatFields', () => {
  it('leaves out what has no value', () => {
    expect(
      formatFields([
        ['a', '1'],
        ['signal', null],
        ['bb', ''],
        ['ccc', '3'],
      ]),
    ).toBe('a    1\nccc  3\n');
  });
});

describe('formatDuration', () => {
  it.each([
    [0, '0 ms'],
    [999, '999 ms'],
    [1400, '1.4 s'],
    [200_000, '3 min 20 s'],
    [3_600_000, '60 min'],
  ])('%d → %s', (milliseconds, expected) => {
    expect(formatDuration(milliseconds)).toBe(expected);
  });
});
