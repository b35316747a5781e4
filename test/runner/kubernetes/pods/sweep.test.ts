import type { V1Job } from '@kubernetes/client-node';
import { describe, expect, test } from 'vitest';
import { EXECUTION, OWNER } from '../../../../src/runner/kubernetes/job/labels.ts';
import { stale } from '../../../../src/runner/kubernetes/pods/sweep.ts';

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

describe('what the sweep takes', () => {
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
    expect(stale([job(seen)], 'me', NOW)).toEqual(isTaken ? ['a-job'] : []);
  });

  test('not what is being deleted already', () => {
    const seen = job({ endedMinutesAgo: 30 });
    seen.metadata = { ...seen.metadata, deletionTimestamp: minutesAgo(1) };
    expect(stale([seen], 'me', NOW)).toEqual([]);
  });
});
