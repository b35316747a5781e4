import { expect, test } from 'vitest';
import type { Stage } from '../../src/executions/telemetry.ts';
import { anInput } from './records.ts';
import { collect, openService } from './service.ts';

function recorder(): { stages: Stage[]; names: () => string[]; stage: (stage: Stage) => void } {
  const stages: Stage[] = [];
  return { stages, names: () => stages.map(({ name }) => name), stage: (stage) => void stages.push(stage) };
}

test.concurrent('one that was requeued is reported so, and waits there again', async () => {
  const traces = recorder();
  await using service = await openService({ traces });
  const { id } = await service.executions.execute('anonymous', anInput());
  (await service.runner.next()).refuse('Not now.');
  const run = await service.runner.next();
  run.start();
  await run.print('x');
  run.end();
  await collect(await service.executions.followStatus('anonymous', id));
  expect(traces.names()).toEqual([
    'submission',
    'queue',
    'start',
    'queue',
    'start',
    'run',
    'end',
    'execution',
  ]);
  expect(
    traces.stages.filter(({ name }) => name === 'start').map(({ execution }) => execution.status),
  ).toEqual(['QUEUED', 'RUNNING']);
  for (const { from, to } of traces.stages) expect(to).toBeGreaterThanOrEqual(from);
  expect(traces.stages.find(({ name }) => name === 'run')?.firstOutputAt).toBeTypeOf('number');
});

test.concurrent('one that never ran has no run', async () => {
  const traces = recorder();
  await using service = await openService({ traces });
  const { id } = await service.executions.execute('anonymous', anInput());
  (await service.runner.next()).end({ reason: 'UNSCHEDULABLE', exitCode: null, usage: null });
  await collect(await service.executions.followStatus('anonymous', id));
  expect(traces.names()).toEqual(['submission', 'queue', 'start', 'end', 'execution']);
  expect(traces.stages.at(-1)?.execution).toMatchObject({ id, status: 'FAILED', endReason: 'UNSCHEDULABLE' });
});

test.concurrent('a stage holds nothing of the program', async () => {
  const traces = recorder();
  await using service = await openService({ traces });
  const { id } = await service.executions.execute('anonymous', anInput({ args: ['an argument'] }));
  (await service.runner.next()).start().end();
  await collect(await service.executions.followStatus('anonymous', id));
  expect(traces.names()).toContain('execution');
  expect(JSON.stringify(traces.stages)).not.toMatch(/print\(1\)|an argument|main\.py/);
});
