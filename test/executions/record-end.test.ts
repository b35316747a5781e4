import { expect, test } from 'vitest';
import type { Execution } from '../../src/executions/execution.ts';
import { Notifier } from '../../src/executions/notifier.ts';
import { type RecordEndOptions, recordEnd } from '../../src/executions/record-end.ts';
import { cancelQueued, claim } from '../../src/executions/transitions.ts';
import { anExecution } from './records.ts';

function recording(
  write: RecordEndOptions['write'],
): RecordEndOptions & { readonly did: readonly string[] } & Disposable {
  const did: string[] = [];
  const notifier = new Notifier();
  const unwatch = notifier.watch(QUEUED.id, (execution) => did.push(`notified of ${execution?.status}`));
  return {
    did,
    notifier,
    store: {
      deletePayload: async () => void did.push('erased'),
      deleteStdin: async () => void did.push('stdin erased'),
    },
    telemetry: { ended: (...args) => did.push(`counted ${args.join(' ')}`) },
    write: (transition) => {
      did.push('written');
      return write(transition);
    },
    stored: (ended: Execution) => did.push(`stored ${ended.status}`),
    report: (ended: Execution) => did.push(`reported ${ended.status}`),
    erase: (operation) => operation(),
    [Symbol.dispose]: unwatch,
  };
}

const QUEUED = anExecution();
const cancelled = cancelQueued(QUEUED, 7);

test('an end is written before anybody is notified, then counted, reported, and its payload erased', async () => {
  using options = recording(async ({ change }) => ({ ...QUEUED, ...change }));
  expect(await recordEnd(cancelled, options)).toMatchObject({ status: 'CANCELLED', finishedAt: 7 });
  expect(options.did).toEqual([
    'written',
    'stored CANCELLED',
    'notified of CANCELLED',
    'counted python CANCELLED ',
    'reported CANCELLED',
    'erased',
  ]);
});

test('a payload that was erased at the start is not erased again', async () => {
  using options = recording(async ({ change }) => ({ ...QUEUED, ...change }));
  await recordEnd(cancelled, { ...options, isErased: true });
  expect(options.did).toContain('reported CANCELLED');
  expect(options.did).not.toContain('erased');
});

test('of an execution that another process has nothing is reported', async () => {
  using options = recording(async () => null);
  expect(await recordEnd(cancelled, options)).toBeNull();
  expect(options.did).toEqual(['written']);
});

test('what is no end is a defect, and nobody is notified', async () => {
  using options = recording(async ({ change }) => ({ ...QUEUED, ...change }));
  await expect(recordEnd(claim(QUEUED, 'me'), options)).rejects.toThrow('expected a transition to an end');
  expect(options.did).toEqual(['written']);
});
