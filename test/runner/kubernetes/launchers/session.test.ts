import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import type { Frame, ReadyFrame } from '../../../support/launcher/frames.ts';
import type { TestLauncher } from '../../../support/launcher/launchers.ts';
import { payloadJson, runLine } from '../../../support/launcher/payload.ts';
import { processesIn } from '../../../support/launcher/processes.ts';
import { eachLauncher } from './table.ts';

const nonces = (frames: readonly Frame[]): string[] =>
  frames.filter((frame): frame is ReadyFrame => frame.type === 'ready').map(({ nonce }) => nonce);

/** Signals with a handler, or a default action that would do harm, in one interpreter or the other. */
const HARMFUL = [1, 2, 3, 10, 12, 13, 14, 16, 20, 21, 22, 24, 26, 28, 29, 30].join(',');

eachLauncher(({ name, programs, start }) => {
  const payload = (code: string, fields: object = {}): string => {
    const language = { language: name, fileName: name === 'python' ? 'main.py' : 'main.js' };
    return JSON.stringify({ ...JSON.parse(payloadJson(code, language)), ...fields });
  };

  describe('what it is sent', () => {
    test('it is ready by itself, responds, and ignores what it does not know', async () => {
      await using launcher = await start();
      const first = await launcher.frame(({ type }) => type === 'ready');
      expect(first).toMatchObject({ nonce: '-', protocol: 1, state: 'waiting', id: null, last: 0 });
      launcher.send(
        '',
        'nonsense',
        'hello',
        `hello ${'n'.repeat(201)}`,
        'hello a b',
        'hello a 1 2',
        'ack 1 2',
        'ack x',
        'stop',
        'bye now',
      );
      expect(await launcher.hello()).toMatchObject({ state: 'waiting' });
      expect(nonces(launcher.frames)).toHaveLength(2);
      expect(launcher.stderr).toBe('');
    });

    test('a payload that is not whole is refused, and the whole one runs all the same', async () => {
      await using launcher = await start();
      const whole = payload(programs.hello);
      const line = runLine('i', whole);
      const broken = [
        line.slice(0, -1),
        line.replace(/[0-9a-f]{64}/, (hash) => hash.toUpperCase()),
        line.replace('hello', 'hallo'),
        runLine('i', 'no JSON'),
        runLine('i', payload(programs.hello, { code: 1 })),
        runLine('i', payload(programs.hello, { args: 'a' })),
        runLine('i', payload(programs.hello, { limits: { timeoutMs: 1000, memoryMb: 0, outputBytes: 1 } })),
      ];
      launcher.send(...broken);
      await launcher.hello();
      expect(launcher.frames.filter(({ type }) => type === 'refused')).toHaveLength(broken.length);
      launcher.send(line);
      expect(await launcher.end()).toMatchObject({ cause: 'exit', exitCode: 0 });
      expect(launcher.stdout()).toBe('hello\n');
    });

    test('fields that it does not know are ignored, also one that former servers sent', async () => {
      await using launcher = await start();
      launcher.send(
        runLine('i', payload(programs.hello, { startedAgoMs: 0, more: { than: ['is', 'known'] } })),
      );
      expect(await launcher.end()).toMatchObject({ cause: 'exit', exitCode: 0 });
    });

    test('a second payload is ignored, whatever it holds', async () => {
      await using launcher = await start();
      launcher.run(programs.hello);
      launcher.send('run other 1 x y');
      launcher.run(programs.waits, {}, 'run-2');
      await launcher.end();
      launcher.run(programs.waits, {}, 'run-3');
      expect(await launcher.hello()).toMatchObject({ state: 'ended', id: 'run-1' });
      expect(launcher.frames.filter(({ type }) => type === 'refused' || type === 'start')).toHaveLength(1);
    });
  });

  describe('what is repeated', () => {
    test('start, the chunks above a number that are still held, and end, in this order', async () => {
      await using launcher = await start();
      await launcher.result(programs.writes('x', 50_000));
      const { length } = launcher.frames;
      launcher.send('ack 1');
      await launcher.hello(2);
      await launcher.frame(({ type }) => type === 'end', length);
      const repeated = launcher.frames
        .slice(length)
        .map((frame) => (frame.type === 'out' ? frame.n : frame.type));
      expect(repeated).toEqual(['ready', 'start', 3, 4, 'end']);
      const again = launcher.frames.length;
      await launcher.hello(0);
      await launcher.frame(({ type }) => type === 'end', again);
      expect(
        launcher.frames.slice(again).map((frame) => (frame.type === 'out' ? frame.n : frame.type)),
      ).toEqual(['ready', 'start', 2, 3, 4, 'end']);
    });

    /** Sends so many `hello` that their answers fill stdout, which nobody reads, then a program, and stops that. */
    async function fill(launcher: TestLauncher, count: number): Promise<void> {
      await launcher.hello();
      launcher.process.stdout.pause();
      launcher.send(...Array.from({ length: count }, (_, index) => `hello n-${index}`));
      launcher.run(programs.leavesFile);
      launcher.send('stop cancelled 0');
      // It has read all of it when what waited for a program was killed.
      await expect
        .poll(() => processesIn(launcher.directory), { timeout: 20_000 })
        .toEqual([launcher.process.pid]);
    }

    test('of responses that cannot go out the newest 16 are kept', async () => {
      await using launcher = await start();
      const count = 20_000;
      await fill(launcher, count);
      launcher.process.stdout.resume();
      await launcher.end();
      const got = nonces(launcher.frames).filter((nonce) => nonce.startsWith('n-'));
      expect(got.length).toBeLessThan(count);
      // What stdout could take was sent, not dropped.
      expect(got.length).toBeGreaterThan(64);
      expect(got.slice(-16)).toEqual(Array.from({ length: 16 }, (_, index) => `n-${count - 16 + index}`));
    });

    test('no program starts before stdout has taken its start', async () => {
      await using launcher = await start();
      await fill(launcher, 20_000);
      launcher.process.stdout.resume();
      expect(await launcher.end()).toMatchObject({ cause: 'cancelled' });
      expect(existsSync(join(launcher.directory, 'started'))).toBe(false);
      expect(launcher.frames.some(({ type }) => type === 'start')).toBe(true);
    });
  });

  describe('how it goes', () => {
    test('an orphan goes, and one that has served goes after its linger', async () => {
      await using orphan = await start({ idleMs: 300 });
      expect(await orphan.exited).toEqual({ code: 0, signal: null });
      await using served = await start({ lingerMs: 1 });
      await served.result(programs.hello);
      expect(await served.exited).toEqual({ code: 0, signal: null });
    });

    test('bye is ignored while a program runs, and obeyed after its end', async () => {
      await using launcher = await start();
      launcher.run(programs.waits);
      await launcher.printed('on\n');
      launcher.send('bye');
      expect(await launcher.hello()).toMatchObject({ state: 'running' });
      launcher.send('stop cancelled 0');
      await launcher.end();
      launcher.send('bye');
      expect(await launcher.exited).toEqual({ code: 0, signal: null });
    });

    test('SIGTERM: at once without a program', async () => {
      await using waiting = await start();
      await waiting.hello();
      waiting.process.kill('SIGTERM');
      expect(await waiting.exited).toEqual({ code: 0, signal: null });
      await using ended = await start();
      await ended.result(programs.hello);
      ended.process.kill('SIGTERM');
      expect(await ended.exited).toEqual({ code: 0, signal: null });
    });

    test('SIGTERM: a program is stopped, its end reported, and the exit says that it was', async () => {
      await using launcher = await start();
      launcher.run(programs.ignoresTerm);
      await launcher.printed('on\n');
      launcher.process.kill('SIGTERM');
      expect(await launcher.end()).toMatchObject({ cause: 'terminated', exitCode: null, signal: null });
      expect(launcher.stdout()).toBe('on\nasked\n');
      expect(await launcher.exited).toEqual({ code: 143, signal: null });
    });

    test('other signals of its program do it no harm', async () => {
      await using launcher = await start();
      const { end, stdout } = await launcher.result(programs.sendsSignals, { args: [HARMFUL] });
      expect(stdout).toBe('sent\n');
      expect(end).toMatchObject({ cause: 'exit', exitCode: 0 });
      expect(await launcher.hello()).toMatchObject({ state: 'ended' });
    });
  });
});
