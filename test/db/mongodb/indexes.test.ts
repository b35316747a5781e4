import { describe, expect, it } from 'vitest';
import { INDEXES } from '../../../src/db/mongodb/collections.ts';
import { SHAPES, type Shape } from './shapes.ts';

const ID = { collection: 'any', name: '_id', key: { _id: 1 } };

describe('indexes', () => {
  it.each(SHAPES)('cover $collection $filter $sort', (shape) => {
    const index = [...INDEXES, ID].find(
      ({ collection, name }) => name === shape.index && [shape.collection, 'any'].includes(collection),
    );
    expect(index).toBeDefined();
    expect(unserved(shape, Object.keys(index?.key ?? {}))).toEqual([]);
  });

  it('are each used by a query', () => {
    const used = new Set(SHAPES.map(({ index }) => index));
    expect(INDEXES.map(({ name }) => name).filter((name) => !used.has(name))).toEqual([]);
  });

  it('have names of their own', () => {
    expect(new Set(INDEXES.map(({ collection, name }) => `${collection} ${name}`)).size).toBe(INDEXES.length);
  });

  it('would not cover a query that skips a field, sorts by another or searches by one that is not in it', () => {
    const shape: Shape = { collection: 'executions', filter: { language: '=' }, index: 'language' };
    expect(unserved(shape, ['caller', 'language', '_id'])).toEqual(['language']);
    const sorted: Shape = { ...shape, filter: { caller: '=' }, sort: { _id: -1 } };
    expect(unserved(sorted, ['caller', 'language', '_id'])).toEqual(['sort by _id']);
    expect(unserved({ ...shape, filter: { caller: '=', owner: '=' } }, ['caller', '_id'])).toEqual(['owner']);
  });
});

/**
 * What of a query an index with these fields does not serve: equalities on its first fields, then the order, and a range
 * on the field after them.
 */
function unserved({ filter, sort, checked = [] }: Shape, fields: readonly string[]): string[] {
  let equal = 0;
  while (equal < fields.length && ['=', 'in'].includes(filter[fields[equal] ?? ''] ?? '')) equal++;
  const served = new Set(fields.slice(0, equal));
  const next = fields[equal];
  if (next !== undefined && filter[next] === 'range') served.add(next);
  const missing = Object.keys(filter).filter((field) => !served.has(field) && !checked.includes(field));
  const unsorted = Object.keys(sort ?? {}).filter(
    (field) => field !== next && !served.has(field) && !checked.includes(field),
  );
  return [...missing, ...unsorted.map((field) => `sort by ${field}`)];
}
