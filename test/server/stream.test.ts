import { once } from 'node:events';
import { get, type IncomingMessage } from 'node:http';
import { afterEach, expect, test } from 'vitest';
import { OutputMissingError } from '../../src/executions/errors.ts';
import { EventReader, type ReceivedEvent } from './support/events.ts';
import { Service } from './support/service.ts';
import { until } from './support/until.ts';

let service: Service;
afterEach(() => service[Symbol.asyncDispose]());

const textOf = (events: readonly ReceivedEvent[]): string =>
  events
    .filter(({ event }) => event === 'message')
    .flatMap(({ data }) => (JSON.parse(data) as { chunks: { text: string }[] }).chunks)
    .map(({ text }) => text)
    .join('');

test('sends what was printed, then what is printed, then the end', async () => {
  service = await Service.open();
  const { id, run } = await service.start();
  await run.print('one\n');
  const answer = await service.get(`/result/${id}/stream`);
  expect(answer.headers.get('content-type')).toMatch(/^text\/event-stream/);
  const reader = new EventReader(answer);
  const first = await reader.next();
  expect(first).toMatchObject({ event: 'message', id: '1' });
  expect(JSON.parse(first?.data ?? '')).toEqual({
    chunks: [{ seq: 1, stream: 'STDOUT', text: 'one\n', at: expect.stringMatching(/Z$/) }],
  });
  await run.print('two\n', 'STDERR');
  expect(await reader.next()).toMatchObject({ id: '2' });
  run.end({ exitCode: 1 });
  const rest = await reader.rest();
  expect(rest.at(-1)).toMatchObject({ event: 'end', id: '3' });
  expect(JSON.parse(rest.at(-1)?.data ?? '')).toMatchObject({
    execution_id: id,
    status: 'failed',
    exit_code: 1,
  });
});

test('resumes after Last-Event-ID or ?after=, the header first, with no gap and no repeat', async () => {
  service = await Service.open();
  const { id, run } = await service.start();
  await run.printAll(['a', 'b', 'c', 'd']);
  run.end();
  const read = async (path: string, headers: Record<string, string> = {}): Promise<string> =>
    textOf(await new EventReader(await service.get(path, headers)).rest());
  expect(await read(`/result/${id}/stream`)).toBe('abcd');
  expect(await read(`/result/${id}/stream?after=1`)).toBe('bcd');
  expect(await read(`/result/${id}/stream?after=1`, { 'last-event-id': '3' })).toBe('d');
  expect(await read(`/result/${id}/stream?after=4`)).toBe('');
  expect(await read(`/result/${id}/stream?after=99`)).toBe('');
  for (const after of ['-1', 'x', '1.5', '99999999999']) {
    expect((await service.get(`/result/${id}/stream?after=${after}`)).status).toBe(400);
  }
});

test('a client that vanishes holds nothing, also while the program is quiet', async () => {
  service = await Service.open();
  const { id } = await service.start();
  const viewers = async (): Promise<string | undefined> =>
    gauge(await service.metrics.expose(), 'podline_viewers');
  const leave = new AbortController();
  const answer = await service.get(`/result/${id}/stream`, {}, { signal: leave.signal });
  await until(viewers, (count) => count === '1');
  leave.abort();
  await answer.body?.cancel().catch(() => {});
  await until(viewers, (count) => count === '0');
  expect(gauge(await service.metrics.expose(), 'podline_event_streams')).toBe('0');
});

test('a reader that stops is waited for, and gets the rest when it goes on', async () => {
  service = await Service.open();
  const { id, run } = await service.start();
  const lines = 2000;
  const line = `${'x'.repeat(8191)}\n`;
  for (let printed = 0; printed < lines; printed += 100)
    await run.printAll(Array.from({ length: 100 }, () => line));
  run.end();
  const request = get(`${service.url}/result/${id}/stream`);
  const [response] = (await once(request, 'response')) as [IncomingMessage];
  response.pause();
  let taken = 0;
  // All of it is 16 MB: far more than sockets hold, so that the server has to wait.
  await until(
    () => response.socket.bytesRead,
    (bytes) => {
      const settled = bytes === taken;
      taken = bytes;
      return settled;
    },
  );
  expect(taken).toBeLessThan(lines * line.length);
  let text = '';
  response.setEncoding('utf8').on('data', (part: string) => {
    text += part;
  });
  response.resume();
  await once(response, 'end');
  expect(text.split('xxx\\n"').length - 1).toBe(lines);
  expect(text).toContain('event: end');
});

test('comments keep a quiet stream alive, again after a stall', async () => {
  service = await Service.open({ bounds: { keepAliveMs: 20 } });
  const { id, run } = await service.start();
  const answer = await service.get(`/result/${id}/stream`);
  const reader = new EventReader(answer);
  const event = reader.next();
  await until(
    () => reader.comments,
    (comments) => comments > 3,
  );
  await run.print('x');
  expect(await event).toMatchObject({ id: '1' });
  const next = reader.next();
  const before = reader.comments;
  await until(
    () => reader.comments,
    (comments) => comments > before + 3,
  );
  run.end();
  expect(await next).toMatchObject({ event: 'end' });
});

test('output that is lost in the middle cuts the stream instead of ending it', async () => {
  service = await Service.open({
    replace: {
      followOutput: () => {
        let asked = 0;
        return Promise.resolve({
          next: () => {
            asked++;
            if (asked > 1) return Promise.reject(new OutputMissingError('Chunk 2 is missing.'));
            return new Promise((resolve) => setImmediate(resolve, { done: true, value: undefined }));
          },
          return: () => Promise.resolve({ done: true, value: undefined }),
          [Symbol.asyncIterator]() {
            return this;
          },
        });
      },
    },
  });
  const answer = await service.get('/result/01890000-0000-7000-8000-000000000000/stream');
  await expect(new EventReader(answer).rest()).rejects.toThrow();
});

function gauge(metrics: string, name: string): string | undefined {
  return new RegExp(`^${name} (.*)$`, 'm').exec(metrics)?.[1];
}
