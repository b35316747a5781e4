import { expect, onTestFinished, test } from 'vitest';
import { PollLoop, type Scope } from '../../src/executions/poll-loop.ts';

/** A loop whose polls the test ends, one after the other. */
function openLoop() {
  const begun: { scope: Scope; end: () => void; fail: () => void }[] = [];
  const ends: (() => void)[] = [];
  const waiting: (() => void)[] = [];
  const loop = new PollLoop((scope) => {
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    begun.push({ scope, end: resolve, fail: () => reject(new Error('away')) });
    ends.push(resolve);
    waiting.shift()?.();
    return promise;
  });
  onTestFinished(async () => {
    for (const end of ends) end();
    await loop[Symbol.asyncDispose]();
  });
  const next = async () => {
    while (begun.length === 0) await new Promise<void>((resolve) => waiting.push(resolve));
    return begun.shift() as (typeof begun)[0];
  };
  return { loop, next, begun };
}

/** One that is notified of writes, and has polled everything once. */
async function openNotified() {
  const all = openLoop();
  all.loop.setNotified(true);
  const first = await all.next();
  expect(first.scope).toBe('everything');
  first.end();
  return all;
}

test('without notifications everything is polled again and again, one poll at a time', async () => {
  const { loop, next, begun } = openLoop();
  const first = await next();
  expect(first.scope).toBe('everything');
  loop.notify('a');
  await new Promise((resolve) => setTimeout(resolve, 120));
  expect(begun).toEqual([]);
  first.end();
  const second = await next();
  expect(second.scope).toBe('everything');
});

test('with notifications what was notified is polled, all of it at once', async () => {
  const { loop, next } = await openNotified();
  loop.notify('a');
  loop.notify('b');
  loop.notify('a');
  const notified = await next();
  expect(notified.scope).toEqual(new Set(['a', 'b']));
  loop.notify('c');
  notified.end();
  expect((await next()).scope).toEqual(new Set(['c']));
});

test('with notifications everything is polled now and then all the same', async () => {
  const { next } = await openNotified();
  expect((await next()).scope).toBe('everything');
});

test('what was written before notifications began, or while there were none, is found by polling everything', async () => {
  const { loop, next } = await openNotified();
  loop.setNotified(false);
  const unnotified = await next();
  expect(unnotified.scope).toBe('everything');
  loop.setNotified(true);
  unnotified.end();
  expect((await next()).scope).toBe('everything');
});

test('after a poll that failed everything is polled', async () => {
  const { loop, next } = await openNotified();
  loop.notify('a');
  const failing = await next();
  expect(failing.scope).toEqual(new Set(['a']));
  failing.fail();
  expect((await next()).scope).toBe('everything');
});

test('a poll that hangs does not keep the next one from being made', async () => {
  const { next } = openLoop();
  await next();
  expect((await next()).scope).toBe('everything');
});

test('once disposed nothing is polled any more', async () => {
  const { loop, next, begun } = openLoop();
  (await next()).end();
  await loop[Symbol.asyncDispose]();
  loop.notify('a');
  loop.setNotified(true);
  await new Promise((resolve) => setTimeout(resolve, 120));
  expect(begun).toEqual([]);
});
