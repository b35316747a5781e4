import { expect, test } from 'vitest';
import { base64, Service } from '../support/service.ts';
import { attributeOf, type Collected, Collector } from './support/collector.ts';
import { trace } from './support/tracing.ts';

const CALLER = { traceId: 'a'.repeat(32), spanId: 'b'.repeat(16) };

test('one execution is one trace from its submission to its stored end, without a word of the program', async () => {
  await using collector = await Collector.open();
  const { tracing } = trace(collector.url);
  await using service = await Service.open({ tracing });
  const answer = await service.post(
    '/execute',
    {
      code: base64('print("the code")'),
      language: 'python',
      stdin: 'the stdin',
      env: [{ name: 'A', value: 'the env' }],
    },
    { traceparent: `00-${CALLER.traceId}-${CALLER.spanId}-01` },
  );
  const { execution_id: id }: { execution_id: string } = await answer.json();
  const run = await service.runner.of(id);
  await run.print('the output\n');
  run.end({ exitCode: 3 });
  await collector.span('execution');
  await tracing[Symbol.asyncDispose]();

  const spans = new Map(collector.spans.map((span) => [span.name, span]));
  expect([...spans.keys()].sort()).toEqual(['end', 'execution', 'queue', 'run', 'start', 'submission']);
  const root = spanOf(spans, 'execution');
  expect(root.parentSpanId).toBeUndefined();
  for (const span of spans.values()) {
    expect(span.traceId).toBe(id.replaceAll('-', ''));
    expect(attributeOf(span.attributes, 'podline.execution.id')).toBe(id);
    expect(BigInt(span.startTimeUnixNano)).toBeGreaterThanOrEqual(BigInt(root.startTimeUnixNano));
    expect(BigInt(span.endTimeUnixNano)).toBeLessThanOrEqual(BigInt(root.endTimeUnixNano));
    if (span !== root) expect(span.parentSpanId).toBe(root.spanId);
  }
  expect(spanOf(spans, 'submission').links).toMatchObject([CALLER]);
  expect(attributeOf(spanOf(spans, 'start').attributes, 'podline.runner.warm')).toBe(true);
  expect(spanOf(spans, 'run').events).toMatchObject([{ name: 'first output' }]);
  expect(attributeOf(root.attributes, 'podline.execution.end_reason')).toBe('EXITED');
  expect(attributeOf(root.attributes, 'process.exit.code')).toBe(3);
  // A program that fails is no failure of the service.
  expect(root.status.code).toBe(0);

  const [request] = collector.requests;
  expect(request).toMatchObject({ path: '/v1/traces', headers: { authorization: 'Bearer secret' } });
  expect(JSON.stringify(request?.body.resourceSpans[0]?.resource)).toContain('podline-test');
  expect(JSON.stringify(collector.requests)).not.toMatch(/the (code|stdin|env|output)/);
});

test('over GraphQL the caller is linked too; a traceparent that is none is ignored', async () => {
  await using collector = await Collector.open();
  const { tracing } = trace(collector.url);
  await using service = await Service.open({ tracing });
  const submit = 'mutation { execute(input: { code: "1" }) { ... on ExecuteSuccess { execution { id } } } }';
  await service.graphql(submit, {}, { traceparent: `00-${CALLER.traceId}-${CALLER.spanId}-00` });
  await service.graphql(submit, {}, { traceparent: `00-${'0'.repeat(32)}-${CALLER.spanId}-01` });
  await service.graphql(submit);
  await tracing[Symbol.asyncDispose]();
  const submissions = collector.spans.filter(({ name }) => name === 'submission');
  expect(submissions).toHaveLength(3);
  expect(submissions.flatMap(({ links }) => links ?? [])).toMatchObject([CALLER]);
});

test('one that is cancelled in the queue, or lost, has its trace as well', async () => {
  await using collector = await Collector.open();
  const { tracing } = trace(collector.url);
  await using service = await Service.open({ tracing, maxRunning: 1 });
  const first = await service.start();
  const queued = await service.submit();
  await service.executions.cancel('anonymous', queued);
  first.run.end({ reason: 'EVICTED', exitCode: null });
  await service.executions.followStatus('anonymous', first.id).then(async (statuses) => {
    for await (const _ of statuses);
  });
  await tracing[Symbol.asyncDispose]();
  const of = (id: string) => collector.spans.filter(({ traceId }) => traceId === id.replaceAll('-', ''));
  expect(of(queued).map(({ name }) => name)).toEqual(['submission', 'queue', 'execution']);
  expect(of(queued).at(-1)?.status.code).toBe(0);
  expect(of(first.id).at(-1)?.status).toEqual({ code: 2, message: 'EVICTED' });
});

function spanOf(spans: ReadonlyMap<string, Collected>, name: string): Collected {
  const span = spans.get(name);
  if (!span) throw new Error(`Expected a span ${name}, got ${[...spans.keys()].join(', ')}.`);
  return span;
}
