import { expect, test } from 'vitest';
import { type Ended, judge, judgeTold } from '../../../chaos/life/judge.ts';
import type { Seen } from '../../../chaos/life/operations.ts';
import { Received } from '../../../chaos/life/received.ts';
import { NO_LINES, type Task } from '../../../chaos/load/task.ts';

const LIMIT = 20;

const exits = task({ count: 2, end: { reason: 'EXITED', exitCode: 0 } });
const fails = task({ count: 2, end: { reason: 'EXITED', exitCode: 3 } });
const timesOut = task({ end: { reason: 'TIMED_OUT', exitCode: null } });
const floods = task({ end: { reason: 'OUTPUT_LIMIT', exitCode: null } });
const cancelled = task({ end: { reason: 'CANCELLED', exitCode: null } });

const exited = { status: 'SUCCEEDED', endReason: 'EXITED', exitCode: 0 };
const failed = { status: 'FAILED', endReason: 'EXITED', exitCode: 3 };
const timedOut = { status: 'FAILED', endReason: 'TIMED_OUT', ...ranFor(2000) };
const flooded = { status: 'FAILED', endReason: 'OUTPUT_LIMIT', outputTruncated: true };
const stopped = { status: 'CANCELLED', endReason: 'CANCELLED' };
const interrupted = { status: 'FAILED', endReason: 'INTERRUPTED' };
const unheard = { ...stopped, usage: { cpuMs: null } };

test.each<[what: string, ended: Ended]>([
  ['a program that exits', ended(exits, exited, 'line 1\nline 2\n')],
  ['one that fails', ended(fails, failed, 'line 1\nline 2\n')],
  ['one at its time limit', ended(timesOut, timedOut, 'line 1\nline 2\nli', { printed: 2 })],
  [
    'a time limit whose clocks were rounded',
    ended(timesOut, { ...timedOut, ...ranFor(1900) }, 'line 1\n', { printed: 1 }),
  ],
  ['one at its output limit', ended(floods, flooded, 'line 1\nline 2\nline 3')],
  ['a cancelled one', ended(cancelled, stopped, 'line 1\nline 2\n', { printed: 2 })],
  ['one cancelled before it started', ended(cancelled, { ...stopped, usage: null }, '', { starts: 0 })],
  ['one cancelled while its launcher was not heard', ended(cancelled, unheard, 'line 1\n', { printed: 5 })],
])('nothing is wrong with %s', (_what, right) => {
  expect(judge(right)).toEqual([]);
});

test.each<[what: string, ended: Ended, wrong: string]>([
  ['another exit code', ended(exits, failed, 'line 1\nline 2\n'), 'expected the end EXITED 0'],
  ['another reason', ended(timesOut, stopped, 'line 1\n'), 'expected the end TIMED_OUT'],
  ['an interruption', ended(exits, interrupted, 'line 1\n'), 'expected the end EXITED 0'],
  ['an interruption of one to cancel', ended(cancelled, interrupted, ''), 'expected the end CANCELLED'],
  [
    'a status that does not fit',
    ended(fails, { ...failed, status: 'SUCCEEDED' }, 'line 1\nline 2\n'),
    'expected status FAILED',
  ],
  [
    'an exit without a start',
    ended(exits, exited, 'line 1\nline 2\n', { starts: 0 }),
    'expected a start before',
  ],
  ['output without a start', ended(cancelled, stopped, 'line 1\n', { starts: 0 }), 'expected a start before'],
  ['a time limit without a start', ended(timesOut, timedOut, '', { starts: 0 }), 'expected a start before'],
  [
    'a time limit too soon',
    ended(timesOut, { ...timedOut, ...ranFor(1899) }, ''),
    'to have run for the 2000',
  ],
  [
    'a time limit of what has no start',
    ended(timesOut, { ...timedOut, startedAt: null }, ''),
    'to have run for the 2000',
  ],
  ['less than the output limit', ended(floods, flooded, 'line 1\nline 2\nline '), 'expected the 20 bytes'],
  ['more than the output limit', ended(floods, flooded, 'line 1\nline 2\nline 3\n'), 'expected the 20 bytes'],
  [
    'an output limit that has cut nothing',
    ended(floods, { ...flooded, outputTruncated: false }, 'line 1\nline 2\nline 3'),
    'expected outputTruncated to be true',
  ],
  [
    'an exit whose output was cut',
    ended(exits, { ...exited, outputTruncated: true }, 'line 1\nline 2\n'),
    'expected outputTruncated to be false',
  ],
  ['an exit whose output is not whole', ended(exits, exited, 'line 1\n'), 'expected 2 lines, got 1'],
  [
    'other bytes in the record',
    ended(exits, { ...exited, outputBytes: 13 }, 'line 1\nline 2\n'),
    'expected the 14 bytes',
  ],
  [
    'output on the wrong stream',
    ended(exits, exited, 'line 1\nline 2\n', {}, 'STDERR'),
    'stderr: expected 0',
  ],
  [
    'a cancel that lost a line',
    ended(cancelled, stopped, 'line 1\nline ', { printed: 2 }),
    'at least the 2 lines',
  ],
  [
    'a time limit that lost a line',
    ended(timesOut, { ...timedOut, usage: { cpuMs: null } }, 'line 1\n', { printed: 2 }),
    'at least the 2 lines',
  ],
])('%s is told', (_what, notRight, wrong) => {
  const found = judge(notRight).join('\n');
  expect(found).toContain(wrong);
});

test('what a viewer was told is held against the record', () => {
  const { execution } = ended(exits, exited, '');
  expect(judgeTold(execution, execution)).toBeNull();
  expect(judgeTold({ ...execution, status: 'FAILED' }, execution)).toContain('told FAILED');
  expect(judgeTold({ ...execution, endReason: 'INTERRUPTED' }, execution)).toContain('told SUCCEEDED INT');
  expect(judgeTold({ ...execution, exitCode: 1 }, execution)).toContain('EXITED 1');
});

function task({
  count = Number.POSITIVE_INFINITY,
  end,
}: {
  readonly count?: number;
  readonly end: Task['end'];
}): Task {
  return {
    key: 'key',
    kind: 'kind',
    input: { limits: { timeoutMs: 2000, outputBytes: LIMIT } },
    prints: { stdout: { count, text: (line) => `line ${line}\n` }, stderr: NO_LINES },
    end,
    cancelAfterMs: null,
  };
}

function ended(
  ofTask: Task,
  execution: Partial<Seen>,
  text: string,
  { starts = 1, printed = 0 } = {},
  stream: 'STDOUT' | 'STDERR' = 'STDOUT',
): Ended {
  const received = new Received();
  if (text !== '') received.chunks.push({ seq: 1, stream, text });
  return {
    task: ofTask,
    execution: {
      id: 'id',
      status: 'SUCCEEDED',
      endReason: null,
      message: null,
      exitCode: null,
      outputBytes: text.length,
      outputTruncated: false,
      ...ranFor(1000),
      usage: { cpuMs: 10 },
      runner: null,
      ...execution,
    },
    received,
    starts,
    printed,
  };
}

function ranFor(ms: number): Pick<Seen, 'startedAt' | 'finishedAt'> {
  const startedAt = Date.UTC(2025, 0, 1);
  return { startedAt: new Date(startedAt).toISOString(), finishedAt: new Date(startedAt + ms).toISOString() };
}
