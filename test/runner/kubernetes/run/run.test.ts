import { describe, expect, it } from 'vitest';
import { end, out, start } from '../session/scripted-launcher.ts';
import { ID } from './scripted-pod.ts';
import { EVICTED, Stage } from './stage.ts';

const play = new Stage();

describe('a run', () => {
  it('is bound before anything of it goes to the pod, then reported in order', async () => {
    const { promise, resolve } = Promise.withResolvers<void>();
    play.observer.onPlaced = () => promise;
    const run = await play.begin();
    expect(play.pod.script.commands).toEqual([]);
    resolve();
    await play.pass(0);
    play.pod.script.send(out(1, 'a'), out(2, 'b', 2), end(2));
    expect(await run.end).toEqual({
      reason: 'EXITED',
      exitCode: 0,
      signal: null,
      message: null,
      usage: { wallMs: 0, cpuMs: 8, maxMemoryMb: 3.1 },
      outputTruncated: false,
    });
    expect(play.observer.told).toEqual(['bound', 'started', 'output', 'output']);
    expect(play.observer.places).toEqual([
      { kind: 'kubernetes', job: 'job-1', pod: 'pod-1', podUid: 'uid-1', node: 'node-1', warm: true },
    ]);
    const payload: unknown = JSON.parse(play.pod.script.commands[0]?.split(' ').slice(4).join(' ') ?? '');
    expect(payload).toEqual({
      language: 'python',
      fileName: 'main.py',
      code: 'print(1)',
      args: [],
      stdin: '',
      stdinOpen: false,
      files: [{ path: 'a', content: 'Yg==' }],
      env: [{ name: 'SECRET', value: 'c' }],
      limits: { timeoutMs: 5000, memoryMb: 64, outputBytes: 1000 },
    });
  });

  it('is not given to a pod that is not its own', async () => {
    play.observer.onPlaced = async () => false;
    const run = await play.begin();
    await expect(run.outcome).resolves.toEqual({ kind: 'detached' });
    expect(play.pod.script.commands).toEqual([]);
  });

  it('reports times that can be true', async () => {
    play.pod.starts = false;
    const before = Date.now();
    const run = await play.begin();
    await play.pass(100);
    play.pod.script.send(start(ID, 5));
    play.pod.script.send(
      out(1, 'a', 1, 7),
      out(2, 'b', 1, Date.now() + 60_000),
      out(3, 'c', 1, before + 0.5),
    );
    await play.pass(100);
    play.pod.script.send(end(3, { wallMs: 99_999_999, cpuMs: null, maxMemoryMb: null }));
    expect(await run.end).toMatchObject({ usage: { wallMs: 200, cpuMs: null, maxMemoryMb: null } });
    expect(play.observer.startedAt).toBe(before);
    expect(play.observer.chunks.map(({ at }) => at)).toEqual([before, before + 100, before + 1]);
  });

  it('ends only when its last chunk was taken', async () => {
    const { promise, resolve } = Promise.withResolvers<void>();
    play.observer.pause = () => promise;
    const run = await play.begin();
    play.pod.script.send(out(1, 'a'), end(1));
    expect(await play.within(10_000, run.end)).toBe('pending');
    resolve();
    expect(await run.end).toMatchObject({ reason: 'EXITED' });
  });

  it('acknowledges what is stored, at once and later', async () => {
    const run = await play.begin();
    play.observer.stored = 1;
    play.pod.script.send(out(1, 'a'));
    await play.pass(60);
    expect(play.pod.script.commands.at(-1)).toBe('ack 1');
    play.pod.script.send(out(2, 'b'));
    await play.pass(500);
    expect(play.pod.script.commands.at(-1)).toBe('ack 1');
    play.observer.stored = 2;
    await play.pass(200);
    expect(play.pod.script.commands.at(-1)).toBe('ack 2');
    play.pod.script.send(end(2));
    await run.end;
  });
});

describe('a receiver that takes its time', () => {
  it('loses no end that was reported within the time limit', async () => {
    const { promise, resolve } = Promise.withResolvers<void>();
    play.observer.pause = () => promise;
    const run = await play.begin();
    play.pod.script.send(out(1, 'a'));
    play.pod.script.send(out(2, 'b'), end(2));
    expect(await play.within(300_000, run.end)).toBe('pending');
    resolve();
    expect(await run.end).toMatchObject({ reason: 'EXITED' });
    expect(play.observer.text).toBe('ab');
  });

  it('loses nothing of a pod that is gone', async () => {
    const { promise, resolve } = Promise.withResolvers<void>();
    play.observer.pause = () => promise;
    const run = await play.begin();
    play.pod.script.send(out(1, 'a'));
    play.pod.script.send(out(2, 'b'));
    play.pod.exit();
    play.pod.become({ state: 'gone', ...EVICTED });
    expect(await play.within(300_000, run.end)).toBe('pending');
    resolve();
    expect(await play.within(10, run.end)).toMatchObject(EVICTED);
    expect(play.observer.text).toBe('ab');
  });
});
