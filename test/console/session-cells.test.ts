import { expect, test } from 'vitest';
import type { Cell } from '../../src/console/api/sessions.ts';
import { merged, shownCells } from '../../src/console/session/cells.ts';

function cell(id: string, context: string | null, status: Cell['status'] = 'SUCCEEDED'): Cell {
  const hasStarted = status !== 'QUEUED' && status !== 'STARTING' && status !== 'CANCELLED';
  return {
    id,
    cursor: `cursor of ${id}`,
    context,
    status,
    endReason: null,
    message: null,
    exitCode: null,
    signal: null,
    startedAt: hasStarted ? '2026-01-01T00:00:00.000Z' : null,
    finishedAt: null,
    queuePosition: null,
    outputTruncated: false,
    stdinBytes: 0,
    stdinClosed: true,
    usage: null,
  };
}

const main = (executionCount: number, stateLost = false) => [{ name: 'main', executionCount, stateLost }];

test('cells are counted within their context; what has not run to an end, and fresh processes, are not', () => {
  const cells = [
    cell('1', 'main'),
    cell('2', null),
    cell('3', 'main', 'CANCELLED'),
    cell('4', 'main', 'FAILED'),
    cell('5', 'main', 'RUNNING'),
  ];
  expect(shownCells(cells, main(2), false).map(({ count }) => count)).toEqual([1, null, null, 2, null]);
});

test('where the beginning is not shown they are counted from the end', () => {
  const cells = [cell('8', 'main'), cell('9', 'main')];
  expect(shownCells(cells, main(40), true).map(({ count }) => count)).toEqual([39, 40]);
});

test('state is lost after the last one that ran in that context', () => {
  const cells = [
    cell('1', 'main'),
    cell('2', 'main', 'FAILED'),
    cell('3', 'other'),
    cell('4', 'main', 'QUEUED'),
  ];
  const contexts = [...main(2, true), { name: 'other', executionCount: 1, stateLost: false }];
  expect(shownCells(cells, contexts, false).map(({ lostState }) => lostState)).toEqual([
    false,
    true,
    false,
    false,
  ]);
});

test('what has ended, the one that runs and the next are followed, and no more of what waits', () => {
  const cells = [
    cell('1', 'main'),
    cell('2', 'main', 'RUNNING'),
    cell('3', 'main', 'QUEUED'),
    cell('4', 'main', 'QUEUED'),
    cell('5', 'main', 'CANCELLED'),
  ];
  expect(shownCells(cells, main(1), false).map(({ isFollowed }) => isFollowed)).toEqual([
    true,
    true,
    true,
    false,
    true,
  ]);
});

test('what is read takes the place of what was known, in the order of submission, and the rest stays the same object', () => {
  const known = [cell('1', 'main'), cell('2', 'main', 'RUNNING')];
  const now = merged(known, [cell('3', 'main', 'QUEUED'), cell('2', 'main'), cell('1', 'main')]);
  expect(now.map(({ id, status }) => `${id} ${status}`)).toEqual(['1 SUCCEEDED', '2 SUCCEEDED', '3 QUEUED']);
  expect(now[0]).toBe(known[0]);
});
