import { expect, test } from 'vitest';
import { openSqliteStore } from '../../../src/db/sqlite/open.ts';
import { anInput } from '../../executions/records.ts';
import { openService } from '../../executions/service.ts';
import { shared } from '../../executions/shared-records.ts';
import { ScriptedRunner } from '../../support/scripted-runner.ts';
import { Collector } from './support/collector.ts';
import { trace } from './support/tracing.ts';

test('submitted at one process, driven by another, taken over by a third: one trace', async () => {
  await using collector = await Collector.open();
  const traced = { door: trace(collector.url, 'door'), first: trace(collector.url, 'first') };
  const second = trace(collector.url, 'second');
  await using alone = await openSqliteStore({ file: ':memory:' });
  const store = shared(alone);
  const open = (owner: keyof typeof traced | 'second', maxRunning: number) => {
    const { tracing } = owner === 'second' ? second : traced[owner];
    const runner = new ScriptedRunner({ outlivesProcess: true });
    return openService({ store, runner, owner, maxRunning, traces: tracing });
  };
  await using door = await open('door', 0);
  const driving = await open('first', 1);
  const { id } = await door.executions.execute('anonymous', anInput());
  const before = await driving.runner.of(id);
  await before.place();
  before.start();
  await before.print('first\n');
  await driving[Symbol.asyncDispose]();

  await using taking = await open('second', 1);
  const after = await taking.runner.of(id);
  await after.print('second\n');
  after.end();
  await collector.span('execution');
  for (const { tracing } of [traced.door, traced.first, second]) await tracing[Symbol.asyncDispose]();

  expect(new Set(collector.spans.map(({ traceId }) => traceId))).toEqual(new Set([id.replaceAll('-', '')]));
  expect(Object.fromEntries(collector.spans.map(({ name, instance }) => [name, instance]))).toEqual({
    submission: 'door',
    queue: 'first',
    start: 'first',
    adoption: 'second',
    run: 'second',
    end: 'second',
    execution: 'second',
  });
  // The first output was shown by the first process, and the second does not know when.
  expect(collector.spans.find(({ name }) => name === 'run')?.events ?? []).toEqual([]);
});
