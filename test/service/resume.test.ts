import { afterAll, beforeAll, expect, test } from 'vitest';
import { type CuttingProxy, openCuttingProxy } from './support/cutting-proxy.ts';
import { type DataDir, makeDataDir } from './support/data-dir.ts';
import { cancel, get, printing, submit } from './support/executions.ts';
import { type Connection, follow, overEventStream, overWebSocket } from './support/follow.ts';
import { seededRandom } from './support/random.ts';
import { startServer } from './support/server-process.ts';
import { until } from './support/until.ts';

/** Prints numbered lines, long enough that a replay takes many events, until it is stopped. */
const ENDLESS = `
  for (let line = 1; ; line++) {
    console.log(line + ' ' + '.'.repeat(800));
    await new Promise((resolve) => setTimeout(resolve, 2));
  }
`;
const CUTS = 100;
const SEED = 20_260;

/** Fails when a line is missing, doubled, out of order or broken, other than the last one. */
function expectNumberedLines(text: string): void {
  const lines = text.split('\n');
  const last = lines.pop() ?? '';
  expect(lines).toEqual(lines.map((_, index) => `${index + 1} ${'.'.repeat(800)}`));
  expect(`${lines.length + 1} ${'.'.repeat(800)}`.startsWith(last)).toBe(true);
}

let dataDir: DataDir;
let server: Awaited<ReturnType<typeof startServer>>;
beforeAll(async () => {
  dataDir = await makeDataDir();
  server = await startServer({ DATA_DIR: dataDir.path });
});
afterAll(async () => {
  await server[Symbol.asyncDispose]();
  await dataDir[Symbol.asyncDispose]();
});

const proxyOf = (seed: number): Promise<CuttingProxy> => openCuttingProxy(server.url, seededRandom(seed));
const submitEndless = (): Promise<string> => submit(server.url, { code: ENDLESS, language: 'javascript' });

test('a hundred cuts during the run, a hundred after it: the same text as uncut', async () => {
  const id = await submitEndless();
  const uncut = [overWebSocket, overEventStream].map((connect) => follow(server.url, id, connect));
  const cut: { proxy: CuttingProxy; connect: Connection }[] = [
    { proxy: await proxyOf(SEED), connect: overWebSocket },
    { proxy: await proxyOf(SEED + 1), connect: overEventStream },
  ];
  const viewers = cut.map(({ proxy, connect }) => follow(proxy.url, id, connect));
  const cuts = (): number[] => cut.map(({ proxy }) => proxy.cuts);
  // A viewer that fails ends the wait too.
  await Promise.race([
    until('each viewer was cut often enough', cuts, (all) => all.every((count) => count >= CUTS)),
    ...viewers.map((viewer) => viewer.then(() => Promise.reject(new Error('Expected a viewer to go on.')))),
  ]);
  expect((await get(server.url, id)).status).toBe('RUNNING');
  await cancel(server.url, id);

  const received = await Promise.all([...uncut, ...viewers]);
  const { output, status } = await get(server.url, id);
  expect(status).toBe('CANCELLED');
  expectNumberedLines(output);
  for (const { text } of received) expect(text === output).toBe(true);

  await Promise.all(
    cut.map(async ({ proxy, connect }) => {
      const before = proxy.cuts;
      while (proxy.cuts < before + CUTS) {
        const { text, end } = await follow(proxy.url, id, connect);
        expect(text === output).toBe(true);
        expect(end?.endReason).toBe('CANCELLED');
      }
      await proxy[Symbol.asyncDispose]();
    }),
  );
});

test('across kill -9 and a new start: all that was shown is kept, then comes the end', async () => {
  await using webSocketProxy = await proxyOf(SEED + 2);
  await using eventStreamProxy = await proxyOf(SEED + 3);
  const id = await submitEndless();
  const viewers = [
    follow(webSocketProxy.url, id, overWebSocket),
    follow(eventStreamProxy.url, id, overEventStream),
  ];
  await printing(server.url, id);
  await until(
    'both viewers were cut',
    () => [webSocketProxy.cuts, eventStreamProxy.cuts],
    (all) => all.every((count) => count >= 10),
  );
  server.kill('SIGKILL');
  await server.ended;
  server = await startServer({ DATA_DIR: dataDir.path });
  webSocketProxy.retarget(server.url);
  eventStreamProxy.retarget(server.url);

  const received = await Promise.all(viewers);
  const { output, status, endReason, message } = await get(server.url, id);
  expect({ status, endReason }).toEqual({ status: 'FAILED', endReason: 'INTERRUPTED' });
  expect(message).toMatch(/gone/);
  expectNumberedLines(output);
  expect(output).not.toBe('');
  for (const { text, end } of received) {
    expect(text === output).toBe(true);
    expect(end?.endReason).toBe('INTERRUPTED');
  }
});
