import { GraphQLError } from 'graphql';
import { describe, expect, test } from 'vitest';
import { parseDateTime } from '../../src/schema/scalars.ts';
import { contextOf, errorsOf, run } from './fake.ts';

describe('DateTime', () => {
  test.each([
    ['2026-03-01T12:00:00.007Z', Date.UTC(2026, 2, 1, 12, 0, 0, 7)],
    ['2026-03-01T12:00:00Z', Date.UTC(2026, 2, 1, 12)],
    ['2026-03-01T14:00:00+02:00', Date.UTC(2026, 2, 1, 12)],
    ['2026-03-01T12:00:00.0079999Z', Date.UTC(2026, 2, 1, 12, 0, 0, 7)],
    ['2024-02-29T23:59:59.999Z', Date.UTC(2024, 1, 29, 23, 59, 59, 999)],
  ])('takes %s', (text, time) => {
    expect(parseDateTime(text)).toBe(time);
  });

  test.each([
    '2026-03-01',
    '2026-03-01T12:00Z',
    '2026-03-01T12:00:00',
    '2026-03-01 12:00:00Z',
    '2026-02-30T12:00:00Z',
    '2025-02-29T12:00:00Z',
    '2026-13-01T12:00:00Z',
    '2026-03-01T24:00:00Z',
    '2026-03-01T12:00:60Z',
    '2026-03-01T12:00:00.Z',
    '2026-03-01T12:00:00+25:00',
    ' 2026-03-01T12:00:00Z',
    'yesterday',
    '',
    1_772_366_400_000,
    true,
    null,
  ])('refuses %j', (value) => {
    expect(() => parseDateTime(value)).toThrow(GraphQLError);
    expect(() => parseDateTime(value)).toThrow(`got ${JSON.stringify(value)}.`);
  });

  test('as a literal it must be a string', async () => {
    const list = (createdAfter: string) =>
      run(
        `{ executions(filter: { createdAfter: ${createdAfter} }) { edges { cursor } } }`,
        contextOf({ list: async () => [] }),
      );
    expect(errorsOf(await list('"2026-03-01T12:00:00Z"'))).toEqual([]);
    await expect(list('"today"')).rejects.toThrow('got "today"');
    await expect(list('5')).rejects.toThrow('Expected a time such as');
  });

  test('a wrong one in a variable is an error of the caller', async () => {
    const source = 'query($at: DateTime) { executions(filter: { createdAfter: $at }) { edges { cursor } } }';
    const [error] = errorsOf(await run(source, contextOf(), { at: 'today' }));
    expect(error?.message).toContain('got "today"');
  });
});
