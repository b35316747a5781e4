import { createHash } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import type { Frame, OutFrame } from '../../../support/launcher/frames.ts';
import { payloadJson, runLine } from '../../../support/launcher/payload.ts';
import { isAlive } from '../../../support/launcher/processes.ts';
import { programPid, startNode } from './launch.ts';

const HELLO = payloadJson('console.log("hello")', { language: 'javascript', fileName: 'main.js' });

const isReady = (frame: Frame): boolean => frame.type === 'ready';
const outs = (frames: readonly Frame[]): OutFrame[] => frames.filter((frame) => frame.type === 'out');

describe('hello', () => {
  test('is responded to while it waits, runs and has ended; repeats what is requested and still held', async () => {
    await using launcher = await startNode();
    expect(await launcher.frame(isReady)).toEqual({
      type: 'ready',
      nonce: '-',
      protocol: 1,
      version: process.versions.node,
      state: 'waiting',
      id: null,
      last: 0,
    });
    expect(await launcher.hello()).toMatchObject({ state: 'waiting', id: null, last: 0 });

    launcher.run(`console.log("one"); setTimeout(() => console.log("two"), 60);
      process.on("SIGTERM", () => { console.log("three"); process.exit(4) }); setInterval(() => {}, 1000)`);
    await launcher.printed('two');
    expect(await launcher.hello()).toMatchObject({ state: 'running', id: 'run-1', last: 2 });
    launcher.send('bye', 'stop cancelled 5000');
    await launcher.end();

    const before = launcher.frames.length;
    expect(await launcher.hello(1)).toMatchObject({ state: 'ended', id: 'run-1', last: 3 });
    await launcher.frame(({ type }) => type === 'end', before);
    const repeated = launcher.frames.slice(before);
    expect(repeated.map(({ type }) => type)).toEqual(['ready', 'start', 'out', 'out', 'end']);
    expect(outs(repeated).map(({ n, d }) => [n, d])).toEqual([
      [2, 'two\n'],
      [3, 'three\n'],
    ]);

    launcher.send('ack 2');
    const after = launcher.frames.length;
    await launcher.hello(0);
    await launcher.frame(({ type }) => type === 'end', after);
    expect(outs(launcher.frames.slice(after)).map(({ n }) => n)).toEqual([3]);
    launcher.send('bye');
    expect(await launcher.exited).toEqual({ code: 0, signal: null });
    expect(launcher.stderr).toBe('');
  });
});

describe('run', () => {
  test('is refused when it did not arrive whole, and taken when it is sent again, once', async () => {
    await using launcher = await startNode();
    const whole = runLine('run-1', HELLO);
    launcher.send(whole.slice(0, -5), whole.replace('hello', 'jello'), 'run run-1 12', 'run run-1');
    await launcher.until(
      () => launcher.frames.filter(({ type }) => type === 'refused').length === 4 || undefined,
    );
    launcher.send(whole, whole, runLine('run-2', HELLO), 'run run-3 1 x');
    await launcher.end();
    await launcher.hello();
    expect(launcher.frames.filter(({ type }) => type === 'start')).toHaveLength(1);
    expect(launcher.frames.filter(({ type }) => type === 'refused')).toHaveLength(4);
    expect(launcher.stdout()).toBe('hello\n');
  });

  test('is refused when it is whole and no payload; a secret in it is written nowhere', async () => {
    await using launcher = await startNode();
    const notJson = '{"env": "s3cret';
    const hash = createHash('sha256').update(notJson).digest('hex');
    launcher.send(
      `run a ${notJson.length} ${hash} ${notJson}`,
      runLine('b', '{"code": "s3cret"}'),
      runLine('c', 'null'),
    );
    await launcher.frame((frame) => frame.type === 'refused' && frame.id === 'c');
    expect(launcher.lines.map(({ line }) => line).join() + launcher.stderr).not.toContain('s3cret');
  });

  test('may have 16 MiB, in any pieces, after lines of junk and one that is longer than a line may be', async () => {
    await using launcher = await startNode();
    launcher.send(
      '',
      'nonsense',
      'hello',
      'hello a b c',
      `hello ${'x'.repeat(5000)}`,
      'ack -1',
      'stop',
      'stop x',
      'bye bye',
    );
    launcher.write('run broken off in the mid');
    launcher.write(
      Buffer.concat([Buffer.from('\n'), Buffer.alloc(17 * 1024 * 1024, 'j'), Buffer.from('\n')]),
    );
    const stdin = '0123456789abcdef'.repeat(1024 * 1000);
    const code = `const { createHash } = require('crypto'), { readFileSync } = require('fs');
      console.log(createHash('sha256').update(readFileSync(0)).digest('hex'))`;
    launcher.run(code, { stdin });
    expect(await launcher.end()).toMatchObject({ cause: 'exit', exitCode: 0 });
    expect(launcher.stdout().trim()).toBe(createHash('sha256').update(stdin).digest('hex'));
  });
});

describe('staying and going', () => {
  test('an orphan goes after the idle time, which each line lets begin anew; a run has none', async () => {
    await using launcher = await startNode({ idleMs: 300, lingerMs: 1 });
    await launcher.frame(isReady);
    launcher.send('hello x');
    expect(await launcher.exited).toEqual({ code: 0, signal: null });

    await using runs = await startNode({ idleMs: 500, lingerMs: 1 });
    runs.run('setTimeout(() => console.log("done"), 700)');
    expect(await runs.end()).toMatchObject({ cause: 'exit', exitCode: 0 });
    expect(await runs.exited).toEqual({ code: 0, signal: null });
  });

  test('bye ends it while it waits, and its waiting Node with it', async () => {
    await using launcher = await startNode();
    await launcher.frame(isReady);
    const child = await programPid(launcher);
    expect(await isAlive(child)).toBe(true);
    launcher.send('bye');
    expect(await launcher.exited).toEqual({ code: 0, signal: null });
    await expect.poll(() => isAlive(child)).toBe(false);
  });
});
