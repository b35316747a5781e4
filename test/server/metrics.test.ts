import { afterEach, expect, test } from 'vitest';
import { Service } from './support/service.ts';
import { until } from './support/until.ts';

let service: Service;
afterEach(() => service[Symbol.asyncDispose]());

test('/metrics tells what the service did, how it is, and nothing of any request', async () => {
  service = await Service.open();
  const { id, run } = await service.start();
  await run.print('hello\n');
  run.end();
  await service.get('/some/odd/path');
  await service.get('/result/x', {}, { method: 'PROPFIND' });
  await service.post('/execute', { code: '', language: 'python' });
  const text = await until(
    async () => {
      const answer = await service.get('/metrics');
      expect(answer.headers.get('content-type')).toMatch(/^text\/plain/);
      return answer.text();
    },
    (metrics) => metrics.includes('podline_executions_ended_total{language="python",reason="EXITED"} 1'),
  );
  for (const line of [
    'podline_executions_submitted_total{language="python"} 1',
    'podline_executions_refused_total{code="INVALID_INPUT"} 1',
    'podline_queue_wait_seconds_count{language="python"} 1',
    'podline_start_seconds_count{language="python",warm="true"} 1',
    'podline_first_output_seconds_count{language="python",warm="true"} 1',
    'podline_output_chunks_total 1',
    'podline_output_bytes_total 6',
    'podline_running 0',
    'podline_queued 0',
    'podline_warm_sandboxes_ready{launcher="python"} 2',
    'podline_warm_sandboxes_made_total{launcher="python"} 3',
    'podline_http_request_seconds_count{route="execute",method="POST",status="200"} 1',
    'podline_http_request_seconds_count{route="none",method="GET",status="404"} 1',
    'podline_http_request_seconds_count{route="result",method="other",status="405"} 1',
  ]) {
    expect(text).toContain(line);
  }
  expect(text).toContain('nodejs_eventloop_lag_seconds');
  expect(text).not.toContain(id);
  expect(text).not.toContain('odd');
});

test('/metrics tells what was asked of the cluster', async () => {
  service = await Service.open();
  service.metrics.clusterRequest('create', 'jobs', 201, 12);
  service.metrics.clusterBytes('create', 'jobs', 700, 0);
  service.metrics.clusterBytes('create', 'jobs', 0, 900);
  const text = await (await service.get('/metrics')).text();
  for (const line of [
    'podline_kubernetes_request_seconds_count{verb="create",resource="jobs",code="201"} 1',
    'podline_kubernetes_bytes_total{verb="create",resource="jobs",direction="sent"} 700',
    'podline_kubernetes_bytes_total{verb="create",resource="jobs",direction="received"} 900',
  ]) {
    expect(text).toContain(line);
  }
});

test('two servers in one process count apart', async () => {
  service = await Service.open();
  const other = await Service.open();
  await service.submit();
  expect(await other.metrics.expose()).not.toContain('podline_executions_submitted_total{');
  await other[Symbol.asyncDispose]();
});
