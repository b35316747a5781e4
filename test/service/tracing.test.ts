import { expect, test } from 'vitest';
import { attributeOf, Collector } from '../server/tracing/support/collector.ts';
import { ended, submit } from './support/executions.ts';
import { openService } from './support/service.ts';

test('a service that is told of a collector sends it what became of a real program, all of it by its close', async () => {
  await using collector = await Collector.open();
  const service = await openService({
    WARM: 'javascript=1,python=0',
    OTEL_EXPORTER_OTLP_ENDPOINT: collector.url,
    OTEL_EXPORTER_OTLP_HEADERS: 'x-key=secret',
  });
  const id = await submit(service.url, { code: 'console.log(1)', language: 'javascript' });
  await ended(service.url, id);
  await service[Symbol.asyncDispose]();
  expect(new Set(collector.spans.map(({ name }) => name))).toEqual(
    new Set(['submission', 'queue', 'start', 'run', 'end', 'execution']),
  );
  const run = await collector.span('run');
  expect(run.traceId).toBe(id.replaceAll('-', ''));
  expect(run.events).toMatchObject([{ name: 'first output' }]);
  expect(attributeOf(run.attributes, 'podline.runner.kind')).toBe('embedded');
  expect(collector.requests[0]?.headers).toMatchObject({ 'x-key': 'secret' });
});
