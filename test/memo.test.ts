import { expect, it } from 'vitest';
import { Memo } from '../src/memo.ts';

it('computes what is asked for once each time, and keeps it from the second time on', () => {
  let calls = 0;
  const memo = new Memo((key: { name: string }) => `${key.name} ${++calls}`);
  const [a, b] = [{ name: 'a' }, { name: 'b' }];
  expect([memo.of(a), memo.of(a), memo.of(a), memo.of(b)]).toEqual(['a 1', 'a 2', 'a 2', 'b 3']);
});
