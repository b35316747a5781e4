import { afterEach, describe, expect, test } from 'vitest';
import { BODY_BYTES, CODE_BYTES } from '../../src/bounds.ts';
import { StoreUnavailableError } from '../../src/executions/errors.ts';
import { base64, Service } from './support/service.ts';
import { until } from './support/until.ts';

let service: Service;
afterEach(() => service[Symbol.asyncDispose]());

test('HEAD says what GET would, without a body', async () => {
  service = await Service.open();
  const { id } = await service.start();
  for (const path of [`/result/${id}`, '/metrics', '/health', '/livez', '/readyz', '/']) {
    const answer = await service.get(path, {}, { method: 'HEAD' });
    expect(answer.status, path).toBe(200);
    expect(Number(answer.headers.get('content-length')), path).toBeGreaterThan(0);
    expect(await answer.text()).toBe('');
  }
  expect((await service.get(`/result/${UNKNOWN}`, {}, { method: 'HEAD' })).status).toBe(404);
});

const UNKNOWN = '01890000-0000-7000-8000-000000000000';

const resultOf = async (id: string): Promise<Record<string, unknown>> =>
  (await service.get(`/result/${id}`)).json();
const ended = (id: string): Promise<Record<string, unknown>> =>
  until(
    () => resultOf(id),
    (result) => result['status'] === 'success' || result['status'] === 'failed',
  );

describe('POST /execute', () => {
  test('records the program and answers as the original service did', async () => {
    service = await Service.open();
    const answer = await service.post('/execute', {
      code: base64('print("ü")'),
      language: 'Python',
      args: ['a'],
      stdin: 'in',
      files: [{ path: 'data.txt', content: 'text' }],
      env: [{ name: 'A', value: '1' }],
      limits: { timeoutMs: 1234 },
    });
    expect(answer.status).toBe(200);
    const body: { execution_id: string } = await answer.json();
    expect(body).toEqual({ execution_id: expect.any(String), message: 'Job submitted successfully.' });
    const { request } = await service.runner.of(body.execution_id);
    expect(request).toMatchObject({
      code: 'print("ü")',
      language: 'python',
      args: ['a'],
      limits: { timeoutMs: 1234 },
    });
    expect(request.payload).toEqual({
      stdin: 'in',
      files: [{ path: 'data.txt', content: new Uint8Array(Buffer.from('text')) }],
      env: [{ name: 'A', value: '1' }],
    });
  });

  test.each([
    ['no JSON', '{"code": ', /JSON/],
    ['a list', [], /object/],
    ['null', 'null', /object/],
    ['no code', { language: 'python' }, /`code`.*got nothing/],
    ['code that is no string', { code: 1, language: 'python' }, /`code`.*got a number/],
    ['code that is an object', { code: {}, language: 'python' }, /`code`.*got an object/],
    ['no base64', { code: 'print()', language: 'python' }, /base64/i],
    ['no UTF-8', { code: Buffer.from([0xff, 0xfe]).toString('base64'), language: 'python' }, /UTF-8/],
    ['empty code', { code: '', language: 'python' }, /code/],
    ['no language', { code: base64('1') }, /`language`.*got nothing/],
    ['an unknown language', { code: base64('1'), language: 'cobol' }, /cobol/],
    ['args of another type', { code: base64('1'), language: 'python', args: [1] }, /args/],
    [
      'an unknown field',
      { code: base64('1'), language: 'python', timeout: 5 },
      /no other fields.*got "timeout"/,
    ],
    ['a field that is nearly one', { code: base64('1'), language: 'python', arg: [] }, /Did you mean args\?/],
    [
      'a key that belongs into a header',
      { code: base64('1'), language: 'python', idempotencyKey: 'k' },
      /header Idempotency-Key/,
    ],
    ['a limit that is none', { code: base64('1'), language: 'python', limits: { speed: 1 } }, /speed/],
    [
      'a limit out of bounds',
      { code: base64('1'), language: 'python', limits: { timeoutMs: 1 } },
      /timeoutMs/,
    ],
  ])('refuses %s with 400 and records nothing', async (_what, body, message) => {
    service = await Service.open();
    const answer = await service.post('/execute', body);
    expect(answer.status).toBe(400);
    expect(await answer.json()).toEqual({ error: expect.stringMatching(message) });
    expect(await service.executions.list('anonymous', { first: 10 })).toEqual([]);
  });

  test('an idempotency key gives the same execution, and 409 with another input', async () => {
    service = await Service.open();
    const submit = (code: string): Promise<Response> =>
      service.post('/execute', { code: base64(code), language: 'python' }, { 'idempotency-key': 'k1' });
    const first: { execution_id: string } = await (await submit('1')).json();
    expect(await (await submit('1')).json()).toMatchObject({ execution_id: first.execution_id });
    const conflict = await submit('2');
    expect(conflict.status).toBe(409);
    expect(await conflict.json()).toEqual({ error: expect.any(String) });
  });

  test('415 for what does not say it is JSON, 413 for too much', async () => {
    service = await Service.open();
    const form = await service.post('/execute', 'code=1', {
      'content-type': 'application/x-www-form-urlencoded',
    });
    expect(form.status).toBe(415);
    const zipped = await service.post('/execute', '{}', { 'content-encoding': 'gzip' });
    expect(zipped.status).toBe(415);
    const long = await service.post('/execute', {
      code: base64('x'.repeat(CODE_BYTES + 1)),
      language: 'python',
    });
    expect(long.status).toBe(413);
    const huge = await service.post('/execute', 'x'.repeat(BODY_BYTES + 1));
    expect(huge.status).toBe(413);
    expect(await huge.json()).toEqual({ error: expect.stringContaining(String(BODY_BYTES)) });
  });

  test('429 with Retry-After when the queue is full', async () => {
    service = await Service.open({ maxQueued: 1, maxRunning: 1 });
    const { run } = await service.start();
    await service.submit();
    const answer = await service.post('/execute', { code: base64('1'), language: 'python' });
    expect(answer.status).toBe(429);
    expect(Number(answer.headers.get('retry-after'))).toBeGreaterThanOrEqual(1);
    run.end();
  });

  test('503 when the store is away', async () => {
    service = await Service.open({
      replace: { execute: () => Promise.reject(new StoreUnavailableError('The database is away.')) },
    });
    const answer = await service.post('/execute', { code: base64('1'), language: 'python' });
    expect(answer.status).toBe(503);
    expect(await answer.json()).toEqual({ error: 'The database is away.' });
  });
});

describe('GET /result/<id>', () => {
  test('from running to success', async () => {
    service = await Service.open();
    const { id, run } = await service.start();
    expect(
      await until(
        () => resultOf(id),
        (result) => result['status'] === 'running',
      ),
    ).toEqual({
      execution_id: id,
      code: 'print()',
      output: null,
      status: 'running',
      timestamp: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/),
    });
    await run.print('out\n');
    await run.print('err\n', 'STDERR');
    await until(
      () => resultOf(id),
      (result) => result['status'] === 'running' && result['output'] === 'out\nerr\n',
    );
    run.end();
    expect(await ended(id)).toMatchObject({
      status: 'success',
      output: 'out\nerr\n',
      exit_code: 0,
      end_reason: 'EXITED',
    });
    expect(await resultOf(id)).not.toHaveProperty('error');
  });

  test('a failure says what happened, and a cancelled one reads as failed', async () => {
    service = await Service.open();
    const failing = await service.start();
    failing.run.end({ exitCode: 3 });
    expect(await ended(failing.id)).toMatchObject({
      status: 'failed',
      exit_code: 3,
      end_reason: 'EXITED',
      error: expect.any(String),
      output: '',
    });
    const cancelled = await service.start();
    await service.executions.cancel('anonymous', cancelled.id);
    expect(await ended(cancelled.id)).toMatchObject({
      status: 'failed',
      end_reason: 'CANCELLED',
      error: expect.any(String),
    });
  });

  test.each([
    ['an unknown one', UNKNOWN],
    ['no id', 'nonsense'],
    ['a path', '..%2f..%2fetc'],
    ['a very long one', 'a'.repeat(1000)],
  ])('404 for %s', async (_what, id) => {
    service = await Service.open();
    for (const path of [`/result/${id}`, `/result/${id}/stream`]) {
      const answer = await service.get(path);
      expect(answer.status).toBe(404);
      expect(await answer.json()).toEqual({ error: expect.any(String) });
    }
  });
});

test('DELETE /cleanup/<id> cancels, keeps the record, and may be repeated', async () => {
  service = await Service.open();
  const { id } = await service.start();
  for (let turn = 0; turn < 2; turn++) {
    const answer = await service.get(`/cleanup/${id}`, {}, { method: 'DELETE' });
    expect(answer.status).toBe(200);
    expect(await answer.json()).toEqual({ message: `Job ${id} cleaned up.` });
    expect(await ended(id)).toMatchObject({ end_reason: 'CANCELLED' });
  }
  expect((await service.get(`/cleanup/${UNKNOWN}`, {}, { method: 'DELETE' })).status).toBe(404);
});

test('GET /health says how it is, with checks when something is wrong', async () => {
  service = await Service.open();
  expect(await (await service.get('/health')).json()).toEqual({ status: 'healthy' });
  service.runner.healthy = false;
  const degraded = await service.get('/health');
  expect(degraded.status).toBe(200);
  expect(await degraded.json()).toMatchObject({
    status: 'healthy',
    checks: expect.arrayContaining([expect.objectContaining({ name: 'runner', status: 'degraded' })]),
  });
  expect((await service.get('/livez')).status).toBe(200);
  expect((await service.get('/readyz')).status).toBe(200);
});

test('GET /health is 503 when the service cannot work', async () => {
  service = await Service.open({
    replace: { health: () => Promise.resolve({ status: 'UNHEALTHY', running: 0, queued: 0, checks: [] }) },
  });
  const answer = await service.get('/health');
  expect(answer.status).toBe(503);
  expect(await answer.json()).toEqual({ status: 'unhealthy', checks: [] });
});

describe('POST /result/<id>/stdin', () => {
  const write = (id: string, query: string, body: string | Uint8Array<ArrayBuffer>) =>
    service.get(`/result/${id}/stdin${query}`, {}, { method: 'POST', body });

  test('appends bytes, and closes', async () => {
    service = await Service.open();
    const { execution_id: id } = await (
      await service.post('/execute', { code: base64('1'), language: 'python', stdin_open: true })
    ).json();
    const first = await write(id, '', Uint8Array.of(0, 255));
    expect(first.status).toBe(200);
    expect(await first.json()).toEqual({ stdin_bytes: 2, stdin_closed: false });
    expect(await (await write(id, '?offset=2&end=true', 'x')).json()).toEqual({
      stdin_bytes: 3,
      stdin_closed: true,
    });
    const { request } = await service.runner.of(id);
    expect(await request.input.read(0, new AbortController().signal)).toEqual({
      data: Buffer.from([0, 255, 120]),
      end: true,
    });
    expect((await write(id, '', 'y')).status).toBe(410);
  });

  test('says what is wrong, and records nothing', async () => {
    service = await Service.open();
    const { execution_id: id } = await (
      await service.post('/execute', { code: base64('1'), language: 'python', stdin_open: true })
    ).json();
    const wrong = await write(id, '?offset=7', 'x');
    expect(wrong.status).toBe(409);
    expect(await wrong.json()).toEqual({ error: expect.stringContaining('expected 0'), offset: 0 });
    expect((await write(id, '?offset=-1', 'x')).status).toBe(400);
    expect((await write(id, '?end=yes', 'x')).status).toBe(400);
    expect((await write(id, '', 'x'.repeat(65_537))).status).toBe(413);
    expect((await write(UNKNOWN, '', 'x')).status).toBe(404);
    const { id: closed } = await service.start();
    expect((await write(closed, '', 'x')).status).toBe(410);
    for (let n = 0; n < 16; n++) expect((await write(id, '', 'x'.repeat(65_536))).status).toBe(200);
    const full = await write(id, '', 'x');
    expect(full.status).toBe(429);
    expect(full.headers.get('retry-after')).toBe('1');
  });
});
