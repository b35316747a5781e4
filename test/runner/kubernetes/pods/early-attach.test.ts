import { expect, test } from 'vitest';
import type { AttachedStream } from '../../../../src/runner/kubernetes/cluster.ts';
import { EarlyAttach, StartLatency } from '../../../../src/runner/kubernetes/pods/early-attach.ts';

const STREAM = { bufferedBytes: 0 } as AttachedStream;

/** So that attempts are due at once: the time that pods take is as short as it gets. */
function quick(): StartLatency {
  const startLatency = new StartLatency();
  for (let turn = 0; turn < 50; turn++) startLatency.record(0);
  return startLatency;
}

/** A node that says no until it was asked so often. */
function node(refusals: number) {
  const asked = { times: 0 };
  const attach = async (): Promise<AttachedStream> => {
    asked.times += 1;
    if (asked.times <= refusals) throw new Error('no such container');
    return STREAM;
  };
  return { asked, attach };
}

const never = new AbortController().signal;

test('attaches before the cluster shows that the container runs, as soon as the node has it', async () => {
  const early = new EarlyAttach(quick(), new Promise(() => {}));
  const { asked, attach } = node(2);
  expect(await early.attach(attach, never)).toBe(STREAM);
  expect(asked.times).toBe(3);
});

test('once attached it attaches again at once, though nothing shows that the container runs', async () => {
  const early = new EarlyAttach(quick(), new Promise(() => {}));
  const { asked, attach } = node(0);
  for (let turn = 0; turn < 6; turn++) await early.attach(attach, never);
  expect(asked.times).toBe(6);
});

test('after its few attempts it waits until the container is known to run', async () => {
  const runs = Promise.withResolvers<void>();
  const startLatency = quick();
  const early = new EarlyAttach(startLatency, runs.promise);
  const attempts = startLatency.attemptsAt.length;
  const { asked, attach } = node(attempts);
  const lastRefusal = Promise.withResolvers<void>();
  const attached = early.attach(async () => {
    if (asked.times === attempts - 1) lastRefusal.resolve();
    return attach();
  }, never);
  await lastRefusal.promise;
  expect(asked.times).toBe(attempts);
  runs.resolve();
  expect(await attached).toBe(STREAM);
  expect(asked.times).toBe(attempts + 1);
});

test('what fails once the container runs is reported', async () => {
  const early = new EarlyAttach(new StartLatency(), Promise.resolve());
  await expect(early.attach(node(1).attach, never)).rejects.toThrow('no such container');
});

test('ends with its signal, also while it waits', async () => {
  const left = new AbortController();
  const early = new EarlyAttach(new StartLatency(), new Promise(() => {}));
  const attached = early.attach(node(0).attach, left.signal);
  left.abort(new Error('given up'));
  await expect(attached).rejects.toThrow('given up');
});

test('attempts gather around the time that pods have taken', () => {
  const startLatency = new StartLatency();
  for (let turn = 0; turn < 50; turn++) startLatency.record(2000);
  const [first = 0, ...more] = startLatency.attemptsAt;
  expect(first).toBeLessThan(2000);
  expect(more.at(-1)).toBeGreaterThan(2000);
  expect(startLatency.attemptsAt).toEqual(startLatency.attemptsAt.toSorted((one, other) => one - other));
});

test('what is found at the first attempt is tried for earlier the next time, and not at once', () => {
  const startLatency = new StartLatency();
  const [before = 0] = startLatency.attemptsAt;
  startLatency.record(before);
  expect(startLatency.attemptsAt[0]).toBeLessThan(before);
  for (let turn = 0; turn < 50; turn++) startLatency.record(0);
  expect(startLatency.attemptsAt[0]).toBeGreaterThan(50);
});

test('one that took an hour does not keep the next from being tried for', () => {
  const startLatency = new StartLatency();
  startLatency.record(3_600_000);
  expect(startLatency.attemptsAt.at(-1)).toBeLessThan(10_000);
});
