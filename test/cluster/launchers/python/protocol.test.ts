import { describe, expect, test } from 'vitest';
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
