import { expect, onTestFinished, test } from 'vitest';
import { Looks, type Scope } from '../../src/executions/looks.ts';

/** Looks that are made, one after the other, each answered by the test. */
function looking() {
  const begun: { scope: Scope; end: () => void; fail: () => void }[] = [];
  const ends: (() => void)[] = [];
  const waiting: (() => void)[] = [];
  const looks = new Looks((scope) => {
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    begun.push({ scope, end: resolve, fail: () => reject(new Error('away')) });
    ends.push(resolve);
    waiting.shift()?.();
    return promise;
  });
  onTestFinished(async () => {
    for (const end of ends) end();
    await looks[Symbol.asyncDispose]();
  });
  const next = async () => {
    while (begun.length === 0) await new Promise<void>((resolve) => waiting.push(resolve));
    return begun.shift() as (typeof begun)[0];
  };
  return { looks, next, begun };
}

/** Opens it, told of writes from now on, when everything has been looked at once. */
async function lookingTold() {
  const all = looking();
  all.looks.told(true);
  const first = await all.next();
  expect(first.scope).toBe('everything');
  first.end();
  return all;
}

test('while nothing is told, everything is looked at again and again, one look at a time', async () => {
  const { looks, next, begun } = looking();
  const first = await next();
  expect(first.scope).toBe('everything');
  looks.hear('a');
  await new Promise((resolve) => setTimeout(resolve, 120));
  expect(begun).toEqual([]);
  first.end();
  const second = await next();
  expect(second.scope).toBe('everything');
});

test('while writes are told, what was heard of is looked at, all of it at once', async () => {
  const { looks, next } = await lookingTold();
  looks.hear('a');
  looks.hear('b');
  looks.hear('a');
  const heard = await next();
  expect(heard.scope).toEqual(new Set(['a', 'b']));
  looks.hear('c');
  heard.end();
  expect((await next()).scope).toEqual(new Set(['c']));
});

test('while writes are told, everything is looked at now and then all the same', async () => {
  const { next } = await lookingTold();
  expect((await next()).scope).toBe('everything');
});

test('what was written before writes were told, or while they were not, is looked for', async () => {
  const { looks, next } = await lookingTold();
  looks.told(false);
  const untold = await next();
  expect(untold.scope).toBe('everything');
  looks.told(true);
  untold.end();
  expect((await next()).scope).toBe('everything');
});

test('after a look that failed everything is looked at', async () => {
  const { looks, next } = await lookingTold();
  looks.hear('a');
  const failing = await next();
  expect(failing.scope).toEqual(new Set(['a']));
  failing.fail();
  expect((await next()).scope).toBe('everything');
});

test('a look that hangs does not keep the next one from being made', async () => {
  const { next } = looking();
  await next();
  expect((await next()).scope).toBe('everything');
});

test('once disposed nothing is looked at any more', async () => {
  const { looks, next, begun } = looking();
  (await next()).end();
  await looks[Symbol.asyncDispose]();
  looks.hear('a');
  looks.told(true);
  await new Promise((resolve) => setTimeout(resolve, 120));
  expect(begun).toEqual([]);
});
