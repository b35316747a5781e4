import { describe, expect, test } from 'vitest';
import { textOf } from '../../../support/launcher/frames.ts';
import { payloadJson, runLine } from '../../../support/launcher/payload.ts';
import { startPython } from './python.ts';

const MiB = 1024 * 1024;

describe('while it waits', () => {
  test('it says ready by itself, and again to each hello', async () => {
    await using launcher = await startPython();
    const first = await launcher.frame((frame) => frame.type === 'ready');
    expect(first).toEqual({
      type: 'ready',
      nonce: '-',
      protocol: 1,
      version: expect.stringMatching(/^3\.\d+\.\d+/),
      state: 'waiting',
      id: null,
      last: 0,
    });
    expect(await launcher.hello()).toMatchObject({ state: 'waiting', id: null, last: 0 });
    expect(await launcher.hello(0)).toMatchObject({ state: 'waiting' });
  });

  test('junk, half lines and unknown words are ignored', async () => {
    await using launcher = await startPython();
    launcher.write('hello br');
    launcher.send(
      '',
      'no such word',
      'hello',
      'hello  ',
      'ack x',
      'ack -1',
      'stop',
      'stop now',
      'run',
      'bye bye',
    );
    launcher.write(Buffer.from([0xff, 0, 0xfe, 10, 13, 10]));
    launcher.send('hello "\\\u0007');
    const { end, stdout } = await launcher.result('print("all right")');
    expect(stdout).toBe('all right\n');
    expect(end).toMatchObject({ cause: 'exit', exitCode: 0, last: 1, truncated: false });
  });

  test('it exits with 0 when it hears nothing for its idle time', async () => {
    await using launcher = await startPython({ idleMs: 50 });
    expect(await launcher.exited).toEqual({ code: 0, signal: null });
    expect(launcher.stderr).toBe('');
  });

  test('SIGTERM ends it at once', async () => {
    await using launcher = await startPython();
    await launcher.hello();
    launcher.process.kill('SIGTERM');
    expect(await launcher.exited).toEqual({ code: 0, signal: null });
  });

  test('a number or directory it cannot use is a reason to give up', async () => {
    await using launcher = await startPython({ idleMs: Number.NaN });
    expect(await launcher.exited).toEqual({ code: 1, signal: null });
    expect(launcher.stderr).toMatch(/^Expected IDLE_MS and LINGER_MS as numbers.*\n$/);
  });
});

describe('a payload', () => {
  test('that is cut is refused, and whole the next time', async () => {
    await using launcher = await startPython();
    const line = runLine('run-1', payloadJson('print("whole")'));
    launcher.write(line.slice(0, -20));
    launcher.send('', 'run run-1 12');
    await launcher.frame((frame) => frame.type === 'refused');
    launcher.send(line.replace(/ [0-9a-f]{64} /, ` ${'0'.repeat(64)} `));
    launcher.send(line);
    await launcher.end();
    expect(launcher.frames.map(({ type }) => type)).toEqual([
      'ready',
      'refused',
      'refused',
      'refused',
      'start',
      'out',
      'end',
    ]);
    expect(launcher.frames.filter((frame) => frame.type === 'refused').map(({ id }) => id)).toEqual([
      'run-1',
      'run-1',
      'run-1',
    ]);
  });

  test('into which another writer wrote is refused', async () => {
    await using launcher = await startPython();
    const line = runLine('run-1', payloadJson('print("whole")'));
    launcher.write(`${line.slice(0, 120)}hello other\n${line.slice(120)}\n`);
    await launcher.frame((frame) => frame.type === 'refused');
    expect(await launcher.hello()).toMatchObject({ state: 'waiting' });
  });

  test('that comes again is ignored, whatever it holds', async () => {
    await using launcher = await startPython();
    launcher.run('print("first")\ninput()\nimport time; time.sleep(0.1)');
    launcher.run('print("first")');
    launcher.run('print("second")', {}, 'run-2');
    launcher.send('run run-3 1 x y');
    await launcher.end();
    launcher.run('print("third")', {}, 'run-3');
    expect(await launcher.hello()).toMatchObject({ state: 'ended', id: 'run-1' });
    expect(launcher.stdout()).toBe('first\n');
    expect(launcher.frames.filter(({ type }) => type === 'start')).toHaveLength(1);
  });

  test('may have 15 MiB; a line of more than 16 is dropped to its end', async () => {
    await using launcher = await startPython();
    launcher.write(Buffer.alloc(17 * MiB, 'x'));
    launcher.send('hello lost');
    const { stdout } = await launcher.result('import os; print(os.stat("big").st_size)', {
      files: [{ path: 'big', content: Buffer.alloc(11 * MiB, 'y') }],
    });
    expect(stdout).toBe(`${11 * MiB}\n`);
    expect(launcher.frames.some((frame) => frame.type === 'ready' && frame.nonce === 'lost')).toBe(false);
  });
});

describe('what is held', () => {
  test('is repeated from where it is asked for, and forgotten when acknowledged', async () => {
    await using launcher = await startPython({ acknowledge: false });
    await launcher.result('import time\nfor n in range(5): print(n); time.sleep(0.05)');
    launcher.send('ack 2');
    const { length } = launcher.frames;
    await launcher.hello(3);
    await launcher.hello(0);
    const ready = await launcher.hello();
    expect(ready).toMatchObject({ state: 'ended', last: 5 });
    const repeated = launcher.frames
      .slice(length)
      .map((frame) => (frame.type === 'out' ? frame.n : frame.type));
    const all = ['ready', 'start', 4, 5, 'end', 'ready', 'start', 3, 4, 5, 'end', 'ready'];
    expect(repeated).toEqual(all);
  });

  test('holds the program back at 4 MiB, and nothing is lost', async () => {
    await using launcher = await startPython({ acknowledge: false });
    launcher.run('for n in range(120000): print(f"{n:099d}")');
    const held = (): number => launcher.lines.reduce((bytes, { line }) => bytes + line.length, 0);
    await launcher.until(() => held() > 4 * MiB || undefined);
    for (let n = 0; n < 50; n++) await launcher.hello();
    expect(held()).toBeLessThan(7 * MiB);
    const { last } = await launcher.hello();
    expect(await launcher.hello()).toMatchObject({ state: 'running', last });
    const acknowledge = setInterval(() => {
      const numbers = launcher.frames.filter((frame) => frame.type === 'out').map(({ n }) => n);
      launcher.send(`ack ${Math.max(...numbers)}`);
    }, 5);
    const end = await launcher.end().finally(() => clearInterval(acknowledge));
    expect(textOf(launcher.frames, 1).length).toBe(120_000 * 100);
    expect(end).toMatchObject({ cause: 'exit', exitCode: 0 });
  });
});

describe('after the end', () => {
  test('bye lets it exit with 0', async () => {
    await using launcher = await startPython();
    launcher.run('import time; print(1); time.sleep(0.2)');
    await launcher.printed('1');
    launcher.send('bye');
    await launcher.end();
    launcher.send('bye');
    expect(await launcher.exited).toEqual({ code: 0, signal: null });
  });

  test('it waits for bye no longer than its linger time', async () => {
    await using launcher = await startPython({ lingerMs: 50 });
    await launcher.result('print(1)');
    expect(await launcher.exited).toEqual({ code: 0, signal: null });
  });
});
