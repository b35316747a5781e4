import { expect, test } from 'vitest';
import { Service } from '../support/service.ts';
import { until } from '../support/until.ts';
import { Collector } from './support/collector.ts';
import { trace } from './support/tracing.ts';

async function runOne(service: Service): Promise<void> {
  const { id, run } = await service.start();
  run.end();
  for await (const _ of await service.executions.followStatus('anonymous', id));
}

test('a collector that refuses costs a line in the log, and another when it takes spans again', async () => {
  await using collector = await Collector.open();
  collector.answer = (response) => void response.writeHead(401).end('{"body":"of the answer"}');
  const { tracing, log } = trace(collector.url);
  await using service = await Service.open({ tracing });
  await runOne(service);
  await until(
    () => collector.spans.map(({ name }) => name),
    (names) => names.includes('execution'),
  );
  await until(
    () => log.length,
    (lines) => lines > 0,
  );
  collector.answer = (response) => void response.end('{}');
  await until(
    async () => {
      await runOne(service);
      return log;
    },
    (lines) => lines.length > 1,
  );
  await tracing[Symbol.asyncDispose]();
  expect(log.map(({ level, message }) => [level, message])).toEqual([
    ['warn', 'the trace collector takes no spans; they are lost'],
    ['info', 'the trace collector takes spans again'],
  ]);
  expect(JSON.stringify(log)).not.toMatch(/secret|of the answer/);
});

test('a collector that is away or never answers holds up neither programs nor the close', async () => {
  await using silent = await Collector.open();
  silent.answer = () => {};
  const gone = await Collector.open();
  const nowhere = gone.url;
  await gone[Symbol.asyncDispose]();
  for (const url of [silent.url, nowhere]) {
    const { tracing } = trace(url, 'one', { flushMs: 50 });
    await using service = await Service.open({ tracing });
    await runOne(service);
    await runOne(service);
    await tracing[Symbol.asyncDispose]();
    await tracing[Symbol.asyncDispose]();
    // Nothing is taken any more, and nothing breaks.
    await runOne(service);
  }
});
