import { expect, test } from 'vitest';
import type { AttachedStream } from '../../../../src/runner/kubernetes/cluster.ts';
import { Arrivals } from '../../../../src/runner/kubernetes/pods/arrivals.ts';
import { EarlyAttach } from '../../../../src/runner/kubernetes/pods/early-attach.ts';

const STREAM = { bufferedBytes: 0 } as AttachedStream;

/** So that attempts are due at once: the time that pods take is as short as it gets. */
function quick(): Arrivals {
  const arrivals = new Arrivals();
  for (let turn = 0; turn < 50; turn++) arrivals.took(0);
  return arrivals;
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

test('attaches before the cluster tells that the container runs, as soon as the node has it', async () => {
  const early = new EarlyAttach(quick(), new Promise(() => {}));
  const { asked, attach } = node(2);
  expect(await early.attach(attach, never)).toBe(STREAM);
  expect(asked.times).toBe(3);
});

test('once attached it attaches again at once, though nothing tells that the container runs', async () => {
  const early = new EarlyAttach(quick(), new Promise(() => {}));
  const { asked, attach } = node(0);
  for (let turn = 0; turn < 6; turn++) await early.attach(attach, never);
  expect(asked.times).toBe(6);
});

test('after its few attempts it waits until the container is known to run', async () => {
  const runs = Promise.withResolvers<void>();
  const arrivals = quick();
  const early = new EarlyAttach(arrivals, runs.promise);
  const attempts = arrivals.tries.length;
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

test('what fails once the container runs is told', async () => {
  const early = new EarlyAttach(new Arrivals(), Promise.resolve());
  await expect(early.attach(node(1).attach, never)).rejects.toThrow('no such container');
});

test('ends with its signal, also while it waits', async () => {
  const left = new AbortController();
  const early = new EarlyAttach(new Arrivals(), new Promise(() => {}));
  const attached = early.attach(node(0).attach, left.signal);
  left.abort(new Error('given up'));
  await expect(attached).rejects.toThrow('given up');
});
