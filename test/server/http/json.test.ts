import { describe, expect, test } from 'vitest';
import { JSON_DEPTH, JSON_VALUES } from '../../../src/bounds.ts';
import { exceedsJson } from '../../../src/server/http/body.ts';
import { seededRandom } from '../../service/support/random.ts';

const within = (text: string, values: number, depth = 100): boolean =>
  exceedsJson(Buffer.from(text), { values, depth }) === null;

/** How many values a text holds for a parser, empty containers counted as one more. */
function count(value: unknown): number {
  if (typeof value !== 'object' || value === null) return 1;
  const members: unknown[] = Object.values(value);
  return members.length === 0 ? 2 : 1 + members.reduce<number>((sum, member) => sum + count(member), 0);
}

describe('values', () => {
  test.each([
    ['1', 1],
    ['"a,b[c{"', 1],
    ['"\\",\\\\"', 1],
    ['[]', 2],
    ['[1,2]', 3],
    ['{"a,b":{"c":[1,"]"]}}', 5],
    [' [ "é,\\u0022," , [ ] ] ', 4],
  ])('%s', (text, values) => {
    expect(count(JSON.parse(text))).toBe(values);
    expect([within(text, values), within(text, values - 1)]).toEqual([true, false]);
  });

  test('are those that a parser finds', () => {
    const random = seededRandom(7);
    const pick = <T>(...of: readonly (() => T)[]): T | undefined => of[Math.floor(random() * of.length)]?.();
    const text = (): string =>
      Array.from({ length: random() * 6 }, () => pick(...[...'a"\\,[]{}:é\n'].map((one) => () => one))).join(
        '',
      );
    const make = (levels: number): unknown =>
      levels === 0
        ? pick<unknown>(
            () => null,
            () => 1.5,
            text,
          )
        : pick<unknown>(
            () => Array.from({ length: random() * 5 }, () => make(levels - 1)),
            () => Object.fromEntries(Array.from({ length: random() * 5 }, () => [text(), make(levels - 1)])),
            text,
          );
    for (let round = 0; round < 500; round++) {
      const value = make(4);
      const json = JSON.stringify(value, null, round % 3);
      const values = count(value);
      expect([json, within(json, values), within(json, values - 1)]).toEqual([json, true, false]);
    }
  });
});

test('levels', () => {
  expect(within('[[[1]]]', 100, 3)).toBe(true);
  expect(within('[[[1]]]', 100, 2)).toBe(false);
  expect(within('[[1],[1],[1]]', 100, 2)).toBe(true);
});

test.each([
  ['a string that never ends', '"aaaa\\'],
  ['brackets that do not match', ']]]]}{'],
  ['nothing', ''],
])('%s is left to the parser', (_what, text) => {
  expect(within(text, 10)).toBe(true);
});

test('what is refused is told, what an honest submission holds is far below', () => {
  expect(exceedsJson(Buffer.from('['.repeat(JSON_DEPTH + 1)))).toMatch(/at most \d+ levels, got more/);
  expect(exceedsJson(Buffer.from(`[${'1,'.repeat(JSON_VALUES)}1]`))).toMatch(/at most \d+ values, got more/);
});
