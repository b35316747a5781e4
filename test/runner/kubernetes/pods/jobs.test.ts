import type { V1Job } from '@kubernetes/client-node';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { UnavailableError } from '../../../../src/executions/errors.ts';
import { EXECUTION, OWNER } from '../../../../src/runner/kubernetes/job/mandatory.ts';
import { garbageOf, Jobs } from '../../../../src/runner/kubernetes/pods/jobs.ts';
import { RetryQueue } from '../../../../src/runner/kubernetes/pods/retry-queue.ts';
import { silentLogger } from '../session/listener.ts';
import { jobWith, ScriptedCluster } from './scripted-cluster.ts';

let cluster: ScriptedCluster;
let retryQueue: RetryQueue;
let jobs: Jobs;
beforeEach(() => {
  vi.useFakeTimers();
  cluster = new ScriptedCluster();
  retryQueue = new RetryQueue(silentLogger, async () => undefined);
  const freed = (): void => undefined;
  jobs = new Jobs({ cluster, retryQueue, owner: 'me', freed, logger: silentLogger });
});
afterEach(() => {
  jobs[Symbol.dispose]();
  retryQueue[Symbol.dispose]();
  expect(vi.getTimerCount()).toBe(0);
  vi.useRealTimers();
});

test('deletes what an execution has by its label and by name, each once', async () => {
  cluster.jobs.replace([jobWith('a', { [EXECUTION]: 'e' }), jobWith('b', { [EXECUTION]: 'other' })]);
  await jobs.deleteOf('e', ['a', 'c', null, undefined]);
  expect(cluster.deleted).toEqual(['a', 'c']);
});

test('says that it failed at first, and goes on trying', async () => {
  cluster.deletionFails = true;
  await expect(jobs.deleteOf('e', ['a'])).rejects.toThrow(UnavailableError);
  cluster.deletionFails = false;
  await retryQueue.settled();
  expect(cluster.deleted.length).toBeGreaterThan(1);
});

test('labels after a while, unless it is deleted by then', async () => {
  jobs.label('a', 'e');
  jobs.label('b', 'f');
  await jobs.delete('b');
  await vi.advanceTimersByTimeAsync(1000);
  expect(cluster.labelled).toEqual(['a']);
});

test('labels at once when it closes: garbage collection must not take it for one that no execution got', async () => {
  jobs.label('a', 'e');
  jobs.label('b', 'f');
  await jobs.delete('b');
  jobs[Symbol.dispose]();
  await retryQueue.settled();
  expect(cluster.labelled).toEqual(['a']);
});

test('what could not be deleted for long is collected, once the cluster can be reached again', async () => {
  const ended = {
    conditions: [{ type: 'Complete', status: 'True', lastTransitionTime: '2020-01-01T00:00:00Z' }],
  };
  cluster.jobs.replace([Object.assign(jobWith('a', { [OWNER]: 'me' }), { status: ended })]);
  cluster.deletionFails = true;
  await jobs.delete('a');
  const before = cluster.deleted.length;
  cluster.deletionFails = false;
  jobs.collectGarbage();
  await retryQueue.settled();
  jobs.collectGarbage();
  expect(cluster.deleted.length).toBe(before + 1);
});

const NOW = Date.parse('2030-01-01T12:00:00Z');
const minutesAgo = (minutes: number) => new Date(NOW - minutes * 60_000);

interface Seen {
  readonly owner?: string;
  readonly execution?: string;
  readonly endedMinutesAgo?: number;
  readonly madeMinutesAgo?: number;
  readonly ready?: number;
}

function job({ owner = 'other', execution, endedMinutesAgo, madeMinutesAgo = 60, ready = 0 }: Seen): V1Job {
  const labels = { [OWNER]: owner, ...(execution ? { [EXECUTION]: execution } : {}) };
  return {
    metadata: { name: 'a-job', labels, creationTimestamp: minutesAgo(madeMinutesAgo) },
    status: {
      ready,
      conditions:
        endedMinutesAgo === undefined
          ? []
          : [{ type: 'Complete', status: 'True', lastTransitionTime: minutesAgo(endedMinutesAgo) }],
    },
  };
}

describe('what is garbage', () => {
  test.each<[string, Seen, boolean]>([
    ['one that ended a while ago and was made by another process', { endedMinutesAgo: 3 }, true],
    ['not one that has just ended', { endedMinutesAgo: 1 }, false],
    ['not one of an execution', { endedMinutesAgo: 100, execution: 'x' }, false],
    ['one of its own only after long', { owner: 'me', endedMinutesAgo: 3 }, false],
    ['one of its own after long', { owner: 'me', endedMinutesAgo: 11 }, true],
    ['not one that waits to be taken', { ready: 1, madeMinutesAgo: 600 }, false],
    ["another process's that never ran", { madeMinutesAgo: 16 }, true],
    ["not another process's that may run yet", { madeMinutesAgo: 10 }, false],
    ['not its own that never ran: whoever began it gives it up', { owner: 'me', madeMinutesAgo: 100 }, false],
  ])('%s', (_, seen, isTaken) => {
    expect(garbageOf([job(seen)], 'me', NOW)).toEqual(isTaken ? ['a-job'] : []);
  });

  test('not what is being deleted already', () => {
    const seen = job({ endedMinutesAgo: 30 });
    seen.metadata = { ...seen.metadata, deletionTimestamp: minutesAgo(1) };
    expect(garbageOf([seen], 'me', NOW)).toEqual([]);
  });
});
