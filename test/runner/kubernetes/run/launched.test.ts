import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { RunEnd } from '../../../../src/executions/run.ts';
import type { AttachedStream } from '../../../../src/runner/kubernetes/cluster.ts';
import type { Pod } from '../../../../src/runner/kubernetes/pods/pod.ts';
import { runInPod } from '../../../../src/runner/kubernetes/run/run.ts';
import { Session } from '../../../../src/runner/kubernetes/session/session.ts';
import { DEFAULT_LANGUAGE } from '../../../../src/runner/languages/languages.ts';
import { endOf } from '../../../contract/runner/run.ts';
import { LauncherProcess } from '../../../support/launcher/launcher-process.ts';
import { launcherCommand } from '../../../support/launcher/launchers.ts';
import { silentLogger } from '../session/listener.ts';
import { UnreliablePod } from '../session/unreliable-pod.ts';
import { Observer, REQUEST } from './scripted-pod.ts';

let directory: string;
let launcher: LauncherProcess;
let observer: Observer;
let session: Session;
/** Nothing can be attached to from now on; what is open stays. */
let isAway: boolean;
let stream: AttachedStream | null = null;

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'podline-launched-'));
  launcher = new LauncherProcess({ ...launcherCommand('javascript'), directory });
  observer = new Observer();
  isAway = false;
  const streams = new UnreliablePod(launcher, { random: Math.random, cutWithin: 0 });
  session = new Session({
    attach: async (handlers, signal) => {
      if (isAway) throw new Error('The pod cannot be attached to.');
      stream = await streams.attach(handlers, signal);
      return stream;
    },
    after: 0,
    logger: silentLogger,
  });
  await session.open(AbortSignal.timeout(20_000));
});

afterEach(async () => {
  session[Symbol.dispose]();
  await launcher[Symbol.asyncDispose]();
  await rm(directory, { recursive: true, force: true });
});

function run(code: string, stop = new AbortController().signal): Promise<RunEnd> {
  const pod: Pod = {
    launcher: 'javascript',
    job: 'job',
    name: 'pod',
    uid: 'uid',
    node: null,
    session,
    reachable: true,
    observe: () => ({ state: 'running' }),
    onChange: () => ({ [Symbol.dispose]: () => undefined }),
    readLog: async function* () {
      for (const { line } of [...launcher.lines]) yield line;
    },
  };
  const request = { ...REQUEST, language: 'javascript', fileName: 'main.js', code };
  const limits = { timeoutMs: 20_000, memoryMb: 256, cpuMillis: 1000, outputBytes: 100_000 };
  const closing = new AbortController().signal;
  const stops = { stop, closing };
  return endOf(
    runInPod(pod, { ...request, limits }, observer, {
      language: DEFAULT_LANGUAGE,
      warm: true,
      onBound() {},
      ...stops,
    }),
  );
}

describe('a real launcher', () => {
  it('runs a program to its end', async () => {
    const end = await run("console.log('out'); console.error('err'); process.exitCode = 3;");
    expect(end).toEqual({
      reason: 'EXITED',
      exitCode: 3,
      signal: null,
      message: 'The program exited with code 3.',
      usage: { wallMs: expect.any(Number), cpuMs: expect.any(Number), maxMemoryMb: expect.any(Number) },
      outputTruncated: false,
    });
    expect(observer.chunks.map(({ stream, text }) => stream + text).sort()).toEqual([
      'STDERRerr\n',
      'STDOUTout\n',
    ]);
  });

  it('cuts at the output limit', async () => {
    const end = await run("console.log('€'.repeat(100_000));");
    expect(end).toMatchObject({ reason: 'OUTPUT_LIMIT', outputTruncated: true });
    expect(observer.text).toBe('€'.repeat(33_333));
  });

  it('stops a program that is cancelled', async () => {
    const stop = new AbortController();
    const ending = run(
      "process.on('SIGTERM', () => {}); console.log('here'); setInterval(() => {}, 1000);",
      stop.signal,
    );
    await launcher.printed('here');
    stop.abort('CANCELLED');
    expect(await ending).toMatchObject({ reason: 'CANCELLED' });
    expect(observer.text).toBe('here\n');
  });

  it('is read by its log when its stream never opens again', async () => {
    const ending = run("console.log('one'); setTimeout(() => console.log('two'), 300);");
    await launcher.printed('one');
    isAway = true;
    stream?.[Symbol.dispose]();
    expect(await ending).toMatchObject({ reason: 'EXITED', exitCode: 0 });
    expect(observer.text).toBe('one\ntwo\n');
  });
});
