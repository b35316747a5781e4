import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest';
import WebSocket from 'ws';
import { type DataDir, makeDataDir } from './support/data-dir.ts';
import { cancel, ended, get, printing, submit } from './support/executions.ts';
import { follow, overEventStream, overWebSocket } from './support/follow.ts';
import { watchers } from './support/metrics.ts';
import { linesProgram, linesText, Received, WATCH } from './support/output.ts';
import { openFiles, residentMb } from './support/process-table.ts';
import { startServer } from './support/server-process.ts';
import { stalledSocket, stalledStream } from './support/stalled.ts';
import { until } from './support/until.ts';

const MiB = 1024 * 1024;
const NOBODY = { viewers: 0, sockets: 0, streams: 0 };

let dataDir: DataDir;
let server: Awaited<ReturnType<typeof startServer>>;
beforeAll(async () => {
  dataDir = await makeDataDir();
  server = await startServer({ DATA_DIR: dataDir.path });
});
afterAll(async () => {
  // Listeners that pile up make Node say so.
  expect(server.stderr).not.toMatch(/MaxListenersExceededWarning/);
  await server[Symbol.asyncDispose]();
  await dataDir[Symbol.asyncDispose]();
});

const untilNobodyWatches = (): Promise<unknown> =>
  until(
    'nobody watches',
    () => watchers(server.url),
    (now) => JSON.stringify(now) === JSON.stringify(NOBODY),
  );
/** What comes and goes for other reasons: ready sandboxes, and connections that our own `fetch` keeps. */
const OTHER_SOCKETS = 20;
const sockets = (): number => openFiles(server.pid)['socket'] ?? 0;

test('viewers that never read hold up nobody and cost the server little', async () => {
  // `get` asks for it three times (both streams, and each), and an answer holds 32 MiB.
  const text = 10 * MiB;
  const code = `
    // Waits long enough for its viewers to be there from the first byte on.
    console.log('begin');
    await new Promise((resolve) => setTimeout(resolve, 500));
    const line = 'x'.repeat(1023);
    for (let kibibyte = 0; kibibyte < ${text / 1024}; kibibyte++) console.log(line);
  `;
  const id = await submit(server.url, { code, language: 'javascript', limits: { outputBytes: 16 * MiB } });
  await printing(server.url, id);
  const before = residentMb(server.pid);
  const streams = await Promise.all(Array.from({ length: 20 }, () => stalledStream(server.url, id)));
  const webSockets = await Promise.all(Array.from({ length: 20 }, () => stalledSocket(server.url, id)));
  await until(
    'all watch',
    () => watchers(server.url),
    ({ viewers }) => viewers === 40,
  );

  const readers = [follow(server.url, id, overWebSocket), follow(server.url, id, overEventStream)];
  let most = before;
  const looking = setInterval(() => {
    most = Math.max(most, residentMb(server.pid));
  }, 50);
  onTestFinished(() => clearInterval(looking));
  const received = await Promise.all(readers);
  clearInterval(looking);
  const execution = await get(server.url, id);

  expect(execution).toMatchObject({ status: 'SUCCEEDED', outputBytes: text + 'begin\n'.length });
  for (const { text: got } of received) expect(got === execution.output).toBe(true);
  // Forty copies of the output would be 400 MiB; what two readers and the program cost is far less.
  expect(most - before).toBeLessThan(200);

  for (const socket of streams) socket.destroy();
  for (const socket of webSockets) socket.terminate();
  await untilNobodyWatches();
});

test('a viewer that vanishes in the middle is forgotten while the program runs on', async () => {
  await untilNobodyWatches();
  const id = await submit(server.url, { code: linesProgram(1_000_000, 10), language: 'javascript' });
  await printing(server.url, id);
  const abort = new AbortController();
  const vanishing = [
    fetch(`${server.url}/result/${id}/stream`, { signal: abort.signal }),
    fetch(`${server.url}/graphql`, {
      method: 'POST',
      signal: abort.signal,
      headers: { 'content-type': 'application/json', accept: 'text/event-stream' },
      body: JSON.stringify({ query: WATCH, variables: { id } }),
    }),
  ];
  const webSocket = await stalledSocket(server.url, id);
  const responses = await Promise.all(vanishing);
  expect(responses.map(({ status }) => status)).toEqual([200, 200]);
  await until(
    'all watch',
    () => watchers(server.url),
    ({ viewers, streams }) => viewers === 3 && streams === 2,
  );

  abort.abort();
  webSocket.terminate();
  await untilNobodyWatches();
  expect((await get(server.url, id)).status).toBe('RUNNING');
  await cancel(server.url, id);
  await ended(server.url, id);
});

test('a viewer of a silent program that leaves is forgotten at once', async () => {
  const code = 'console.log("quiet now"); await new Promise((resolve) => setTimeout(resolve, 600_000));';
  const id = await submit(server.url, { code, language: 'javascript' });
  await printing(server.url, id);
  const abort = new AbortController();
  const response = await fetch(`${server.url}/result/${id}/stream`, { signal: abort.signal });
  const webSocket = await stalledSocket(server.url, id);
  await until(
    'both watch',
    () => watchers(server.url),
    ({ viewers }) => viewers === 2,
  );
  await response.body?.cancel();
  abort.abort();
  // The subscription alone is ended, its socket stays.
  webSocket.send(JSON.stringify({ type: 'complete', id: '1' }));
  await until(
    'nobody watches',
    () => watchers(server.url),
    ({ viewers }) => viewers === 0,
  );
  webSocket.terminate();
  await cancel(server.url, id);
});

/** One of many: as little as a graphql-transport-ws client can be. */
function watchLightly(id: string): Promise<Received> {
  const received = new Received();
  const socket = new WebSocket(`${server.url.replace('http', 'ws')}/graphql`, 'graphql-transport-ws', {
    perMessageDeflate: false,
  });
  return new Promise((resolve, reject) => {
    socket.on('error', reject);
    socket.on('close', (code) => reject(new Error(`Expected the end, got a close with ${code}.`)));
    socket.on('open', () => socket.send(JSON.stringify({ type: 'connection_init' })));
    socket.on('message', (data) => {
      const { type, payload } = JSON.parse(String(data));
      if (type === 'connection_ack') {
        socket.send(
          JSON.stringify({ type: 'subscribe', id: '1', payload: { query: WATCH, variables: { id } } }),
        );
      } else if (type === 'next') {
        try {
          received.addEvent(payload.data.output);
        } catch (error) {
          reject(error);
        }
      } else if (type === 'complete') {
        socket.terminate();
        resolve(received);
      }
    });
  });
}

test('a thousand viewers at once all get the same text, and leave nothing behind', async () => {
  await untilNobodyWatches();
  const before = { sockets: sockets(), residentMb: residentMb(server.pid) };
  const viewers = 1000;
  const id = await submit(server.url, { code: linesProgram(1_000_000, 50), language: 'javascript' });
  const watching = Promise.all(Array.from({ length: viewers }, () => watchLightly(id)));
  watching.catch(() => {});
  await Promise.race([
    until(
      'all watch',
      () => watchers(server.url),
      (now) => now.viewers === viewers,
    ),
    watching,
  ]);
  // A few more lines that all of them see live.
  const { outputBytes } = await get(server.url, id);
  await printing(server.url, id, outputBytes + 30);
  await cancel(server.url, id);

  const received = await watching;
  const { output } = await ended(server.url, id);
  expect(linesText(output.split('\n').length).startsWith(output)).toBe(true);
  expect(received.filter(({ text }) => text !== output)).toEqual([]);
  expect(received.filter(({ end }) => end?.endReason !== 'CANCELLED')).toEqual([]);
  await untilNobodyWatches();
  await until('their sockets are closed', sockets, (count) => count < before.sockets + OTHER_SOCKETS);
  expect(residentMb(server.pid) - before.residentMb).toBeLessThan(100);
});
