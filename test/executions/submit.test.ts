import { expect, test } from 'vitest';
import type { Caller } from '../../src/executions/caller.ts';
import { uniqueKeyOf } from '../../src/executions/id.ts';

// As stored since the first version: changing one of these loses the keys of all records that are there.
test.each<[Caller, string | null, string]>([
  ['anonymous', null, 'id:an-id'],
  ['key:ada', null, 'id:an-id'],
  ['anonymous', 'daily', 'k:anonymous:daily'],
  ['anonymous', 'a:b%3A', 'k:anonymous:a:b%3A'],
  ['key:ada', 'daily', 'k:key:ada:daily'],
  ['key:a.d_a-1', 'x:y', 'k:key:a.d_a-1:x:y'],
])('%s with the key %s has %s', (caller, key, expected) => {
  expect(uniqueKeyOf(caller, key, 'an-id')).toBe(expected);
});

test('no two pairs of caller and key have the same', () => {
  const parts = ['a', 'b', 'a:b', ':', '%', 'a%3Ab', '%3A', 'a:', ':b', '%25', 'anonymous', 'key:a'];
  const callers: Caller[] = ['anonymous', ...parts.map((name) => `key:${name}` as const)];
  const keys = callers.flatMap((caller) => parts.map((key) => uniqueKeyOf(caller, key, '')));
  expect(new Set(keys).size).toBe(callers.length * parts.length);
});
