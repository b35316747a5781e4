import { expect, test } from 'vitest';
import { EVERYTHING, filterOf, readAddress, writeAddress } from '../../src/console/list/filter.ts';

test('an address holds what it was written with', () => {
  const address = { ...EVERYTHING, status: 'FAILED', label: 'team=blue & green', after: 'abc' } as const;
  const written = writeAddress(address);
  expect(written).toBe('/executions?status=FAILED&label=team%3Dblue+%26+green&after=abc');
  expect(readAddress(new URLSearchParams(written.split('?')[1]))).toEqual(address);
  expect(writeAddress(EVERYTHING)).toBe('/executions');
});

test('what is no status counts as none', () => {
  expect(readAddress(new URLSearchParams('status=toString&other=1'))).toEqual(EVERYTHING);
});

test('a filter has what is written in full', () => {
  expect(filterOf({ ...EVERYTHING, label: 'team', from: 'not yet' })).toEqual({});
  const from = '2026-03-01T12:00';
  expect(filterOf({ ...EVERYTHING, status: 'QUEUED', language: 'python', label: 'a=b=c', from })).toEqual({
    statuses: ['QUEUED'],
    language: 'python',
    label: { name: 'a', value: 'b=c' },
    createdAfter: new Date(from).toISOString(),
  });
});
