import { readdir } from 'node:fs/promises';
import { expect } from 'vitest';
import { makeDataDir } from '../../service/support/data-dir.ts';
import { startServer } from '../../service/support/server-process.ts';
import { until } from '../../service/support/until.ts';

export const KEY = 'the-secret-key-of-ann-0123456789';
const SETTINGS = { API_KEYS: `ann=${KEY}`, WARM: '0', LOG_LEVEL: 'info', SHUTDOWN_GRACE_MS: '1000' };
const HEALTH = JSON.stringify({ query: '{ health { status } executions(first: 1) { edges { cursor } } }' });
/** A bound for an answer that never comes, milliseconds. */
const ANSWER_MS = 30_000;

/** A server in a process of its own, with a key, which honest requests go to while something else attacks it. */
export interface AttackedServer extends AsyncDisposable {
  readonly url: string;
  readonly port: number;
  /** Honest requests that were answered as they should be. */
  readonly answered: () => number;
  /**
   * Waits until it has no more descriptors than before, and holds that it answered honest requests all along, and what
   * `ended` does. Call it once all attacking connections are closed.
   */
  readonly unharmed: () => Promise<void>;
  /** Holds that it ends on SIGTERM, and has logged no error and no key. */
  readonly ended: () => Promise<void>;
}

export async function attackedServer(): Promise<AttackedServer> {
  const dataDir = await makeDataDir();
  const server = await startServer({ ...SETTINGS, DATA_DIR: dataDir.path });
  let answered = 0;
  const ask = async (): Promise<void> => {
    await askHonestly(server.url);
    answered++;
  };
  // The first ones load what a server loads once.
  for (let index = 0; index < 3; index++) await ask();
  const before = await descriptors(server.pid);
  const stop = new AbortController();
  const asking = (async () => {
    while (!stop.signal.aborted) {
      await ask();
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
  })();
  asking.catch(() => {});
  const stopAsking = (): Promise<void> => {
    stop.abort();
    return asking;
  };
  const ended = async (): Promise<void> => {
    await stopAsking();
    server.kill('SIGTERM');
    const { code } = await server.ended;
    const errors = server.stdout.split('\n').filter((line) => /"level":"(error|fatal)"/.test(line));
    expect([code, errors.slice(0, 3)]).toEqual([0, []]);
    expect(server.stdout.includes(KEY)).toBe(false);
  };
  return {
    url: server.url,
    port: Number(new URL(server.url).port),
    answered: () => answered,
    unharmed: async () => {
      await stopAsking();
      await ask();
      if (before !== null) {
        await until(
          `at most ${before} descriptors are open`,
          () => descriptors(server.pid),
          (now) => now !== null && now <= before,
        );
      }
      await ended();
    },
    ended,
    async [Symbol.asyncDispose]() {
      await stopAsking().catch(() => {});
      await server[Symbol.asyncDispose]();
      await dataDir[Symbol.asyncDispose]();
    },
  };
}

/** @throws what was got instead */
async function askHonestly(url: string): Promise<void> {
  const signal = AbortSignal.timeout(ANSWER_MS);
  const live = await fetch(`${url}/livez`, { headers: { connection: 'close' }, signal });
  await live.arrayBuffer();
  const answer = await fetch(`${url}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: `Bearer ${KEY}`, connection: 'close' },
    body: HEALTH,
    signal,
  });
  const text = await answer.text();
  if (live.status !== 200 || answer.status !== 200 || text.includes('errors'))
    throw new Error(
      `Expected an honest request to be answered, got ${live.status}, ${answer.status} ${text}.`,
    );
}

/** Open descriptors of a process; null where the system does not tell. */
async function descriptors(pid: number): Promise<number | null> {
  if (process.platform !== 'linux') {
    console.log('Descriptors left over are counted on Linux only.');
    return null;
  }
  return (await readdir(`/proc/${pid}/fd`)).length;
}
