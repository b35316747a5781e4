import { expect, test } from 'vitest';
import {
  END_REASONS,
  EXECUTION_STATUSES,
  type Execution,
  type ExecutionStatus,
} from '../../src/executions/execution.ts';
import type { RunEnd } from '../../src/executions/run.ts';
import {
  adopt,
  bind,
  cancelQueued,
  claim,
  end,
  endWithSession,
  IllegalTransitionError,
  release,
  requestCancel,
  requeue,
  start,
  statusOfEnd,
  type Transition,
  wait,
} from '../../src/executions/transitions.ts';
import { anExecution } from './records.ts';

const exited: RunEnd = {
  reason: 'EXITED',
  exitCode: 0,
  signal: null,
  message: null,
  usage: { wallMs: 5, cpuMs: null, maxMemoryMb: null },
  outputTruncated: false,
};
const LEFT = {
  files: [{ path: 'a', bytes: 1, sha256: 'b', pieces: ['b'] }],
  omittedFiles: [{ path: 'c', reason: 'd' }],
};
const runner = { kind: 'embedded', job: null, pod: null, podUid: null, node: null, warm: true };

const transitions: { [name: string]: [(execution: Execution) => Transition, ExecutionStatus[]] } = {
  claim: [(execution) => claim(execution, 'me'), ['QUEUED']],
  adopt: [(execution) => adopt(execution, 'me'), ['STARTING', 'RUNNING']],
  bind: [(execution) => bind(execution, runner), ['STARTING']],
  release: [(execution) => release(execution), ['STARTING', 'RUNNING']],
  requeue: [(execution) => requeue(execution, 'no room'), ['STARTING']],
  start: [(execution) => start(execution, 7, runner), ['STARTING']],
  wait: [(execution) => wait(execution, 'no room'), ['QUEUED', 'STARTING', 'RUNNING']],
  requestCancel: [(execution) => requestCancel(execution, 7), ['STARTING', 'RUNNING']],
  cancelQueued: [(execution) => cancelQueued(execution, 7), ['QUEUED']],
  end: [
    (execution) => end(execution, { ...exited, exitCode: 1 }, { lastSeq: 3, bytes: 9 }, LEFT, 7),
    ['STARTING', 'RUNNING'],
  ],
};

for (const [name, [transition, legal]] of Object.entries(transitions)) {
  for (const status of EXECUTION_STATUSES) {
    if (legal.includes(status)) {
      test(`${name} is legal from ${status} and expects just that status`, () => {
        expect(transition(anExecution({ status, epoch: 4 })).expected.statuses).toContain(status);
      });
    } else {
      test(`${name} from ${status} throws`, () => {
        expect(() => transition(anExecution({ status }))).toThrow(IllegalTransitionError);
      });
    }
  }
}

test('each way to another owner or back to the queue raises the epoch and expects the old one', () => {
  for (const { expected, change } of [
    claim(anExecution({ epoch: 4 }), 'me'),
    adopt(anExecution({ status: 'RUNNING', epoch: 4 }), 'me'),
    requeue(anExecution({ status: 'STARTING', epoch: 4 }), 'no room'),
  ]) {
    expect(expected.epoch).toBe(4);
    expect(change.epoch).toBe(5);
  }
});

test('a cancel is requested whatever the epoch: who owns it does not matter', () => {
  expect(requestCancel(anExecution({ status: 'RUNNING', epoch: 4 }), 7).expected).toEqual({
    statuses: ['STARTING', 'RUNNING'],
  });
});

test('an end carries the last number and the bytes of the output, and the files', () => {
  const { change } = end(anExecution({ status: 'RUNNING' }), exited, { lastSeq: 3, bytes: 9 }, LEFT, 7);
  expect(change).toMatchObject({
    status: 'SUCCEEDED',
    lastSeq: 3,
    outputBytes: 9,
    ...LEFT,
    finishedAt: 7,
    exitCode: 0,
  });
});

test('only an exit with code 0 succeeds, only CANCELLED is cancelled', () => {
  for (const reason of END_REASONS) {
    for (const exitCode of [0, 1, null]) {
      const succeeds = reason === 'EXITED' && exitCode === 0;
      const expected = succeeds ? 'SUCCEEDED' : reason === 'CANCELLED' ? 'CANCELLED' : 'FAILED';
      expect([reason, exitCode, statusOfEnd(reason, exitCode)]).toEqual([reason, exitCode, expected]);
    }
  }
});

test('no time is before the one that came before it, whosever clock it is from', () => {
  const starting = anExecution({ status: 'STARTING', createdAt: 100 });
  expect(start(starting, 40, runner).change.startedAt).toBe(100);
  const running = anExecution({ status: 'RUNNING', createdAt: 100, startedAt: 120 });
  expect(end(running, exited, { lastSeq: 0, bytes: 0 }, LEFT, 60).change.finishedAt).toBe(120);
});

test('only what is queued in a session ends with it', () => {
  const queued = anExecution({ sessionId: 'a-session', createdAt: 5 });
  expect(endWithSession(queued, 'It ended.', 3)).toEqual({
    expected: { statuses: ['QUEUED'], epoch: 0 },
    change: { status: 'FAILED', endReason: 'SESSION_ENDED', message: 'It ended.', finishedAt: 5, lastSeq: 0 },
  });
  for (const other of [anExecution(), { ...queued, status: 'RUNNING' as const }]) {
    expect(() => endWithSession(other, 'It ended.', 3)).toThrow(IllegalTransitionError);
  }
});
