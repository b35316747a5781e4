import { expect, test } from 'vitest';
import { formatNumber, formatTable } from '../../../bench/figures/table.ts';

test('numbers stand to the right, texts to the left', () => {
  expect(
    formatTable(
      ['name', 'ms'],
      [
        ['a long one', 1.5],
        ['b', 120.2],
      ],
    ),
  ).toBe(
    ['| name       |   ms |', '| ---------- | ---: |', '| a long one | 1.50 |', '| b          |  120 |'].join(
      '\n',
    ),
  );
});

test.each([
  [0, '0'],
  [0.01234, '0.012'],
  [0.5, '0.500'],
  [1.234, '1.23'],
  [99.96, '100.0'],
  [1234.5, '1235'],
  [-0.5, '-0.500'],
])('%d becomes %s', (value, text) => {
  expect(formatNumber(value)).toBe(text);
});
