import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { Session } from '../../../../src/runner/kubernetes/session/session.ts';
import { LauncherProcess } from '../../../support/launcher/launcher-process.ts';
import { launcherCommand } from '../../../support/launcher/launchers.ts';
import { payloadJson } from '../../../support/launcher/payload.ts';
import { Listener, silentLogger } from './listener.ts';
import { seeded, UnreliablePod } from './unreliable-pod.ts';

const ID = '0197b9a2-7c1e-7bbb-8000-000000000001';

/** Prints lines on both streams, in bursts, whose bytes are of all lengths. */
const PROGRAM = `
for (let burst = 0; burst < 70; burst++) {
  for (let i = 0; i < 25; i++) {
    const n = burst * 25 + i;
    (n % 7 === 0 ? process.stderr : process.stdout).write('line ' + n + ' ä€🙂 ' + 'x'.repeat(n % 250) + '\\n');
  }
  await new Promise((resolve) => setTimeout(resolve, 10));
}
`;

function expected(stream: 'STDOUT' | 'STDERR'): string {
  return Array.from({ length: 1750 }, (_, n) => n)
    .filter((n) => (n % 7 === 0) === (stream === 'STDERR'))
    .map((n) => `line ${n} ä€🙂 ${'x'.repeat(n % 250)}\n`)
    .join('');
}

let directory: string;
let launcher: LauncherProcess;

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'podline-cuts-'));
  launcher = new LauncherProcess({ ...launcherCommand('javascript'), directory });
});

afterEach(async () => {
  await launcher[Symbol.asyncDispose]();
  await rm(directory, { recursive: true, force: true });
});

function texts(listener: Listener): { STDOUT: string; STDERR: string } {
  const of = (stream: string): string =>
    listener.chunks
      .filter((chunk) => chunk.stream === stream)
      .map(({ text }) => text)
      .join('');
  return { STDOUT: of('STDOUT'), STDERR: of('STDERR') };
}

describe('a stream that is cut anywhere', () => {
  it('loses, repeats and turns nothing', async () => {
    const seed = Math.floor(Math.random() * 2 ** 32);
    const pod = new UnreliablePod(launcher, { random: seeded(seed), cutWithin: 20_000, failsOf: 20 });
    using session = new Session({ attach: pod.attach, after: 0, logger: silentLogger });
    const listener = new Listener();
    const takesLong = seeded(seed + 1);
    listener.pause = () => (takesLong() < 0.1 ? sleep(takesLong() * 20) : undefined);
    await session.open(AbortSignal.timeout(20_000));
    session.program.run(ID, payloadJson(PROGRAM, { language: 'javascript', fileName: 'main.js' }), listener);
    const end = await listener.over;
    const story = `seed ${seed}, ${pod.cuts} cuts, ${listener.chunks.length} chunks`;
    expect(end, story).toMatchObject({ cause: 'exit', exitCode: 0, last: listener.chunks.length });
    expect(texts(listener), story).toEqual({ STDOUT: expected('STDOUT'), STDERR: expected('STDERR') });
    expect(pod.cuts, story).toBeGreaterThan(40);
  });

  it('serves two servers at once, and a third that comes when all is over', async () => {
    const seed = Math.floor(Math.random() * 2 ** 32);
    const random = seeded(seed);
    const first = new UnreliablePod(launcher, { random, cutWithin: 200_000 });
    const second = new UnreliablePod(launcher, { random, cutWithin: 50_000 });
    const third = new UnreliablePod(launcher, { random, cutWithin: 0 });
    using one = new Session({ attach: first.attach, after: 0, logger: silentLogger });
    using other = new Session({ attach: second.attach, after: 0, logger: silentLogger });
    const listeners = [new Listener(), new Listener()] as const;
    await one.open(AbortSignal.timeout(20_000));
    one.program.run(ID, payloadJson(PROGRAM, { language: 'javascript', fileName: 'main.js' }), listeners[0]);
    await listeners[0].has(1);
    other.program.follow(ID, listeners[1]);
    await other.open(AbortSignal.timeout(20_000));
    await Promise.all(listeners.map(({ over }) => over));
    using late = new Session({ attach: third.attach, after: 10, logger: silentLogger });
    const lateListener = new Listener(10);
    late.program.follow(ID, lateListener);
    late.open(AbortSignal.timeout(20_000)).catch(() => undefined);
    expect(await lateListener.over, `seed ${seed}`).toMatchObject({ cause: 'exit' });
    expect(listeners[1].chunks, `seed ${seed}`).toEqual(listeners[0].chunks);
    expect(lateListener.chunks).toEqual(listeners[0].chunks.slice(10));
    expect(texts(listeners[0]).STDOUT).toBe(expected('STDOUT'));
  });
});
