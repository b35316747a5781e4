import { createHash } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import type { Frame, StdinFrame } from '../../../support/launcher/frames.ts';
import type { TestLauncher } from '../../../support/launcher/launchers.ts';
import { eachLauncher } from './table.ts';

const KiB = 1024;
/** What a launcher keeps beyond what the program's pipe has taken. */
const WINDOW = 64 * KiB;
/** A pipe holds so much that its program has not read, unless it was made larger. */
const PIPE = 64 * KiB;

const line = (offset: number, data: string | Uint8Array): string =>
  `stdin ${offset} ${Buffer.from(data).toString('base64')}`;

const taken = (frames: readonly Frame[]): number =>
  Math.max(
    0,
    ...frames.filter((frame): frame is StdinFrame => frame.type === 'stdin').map(({ taken }) => taken),
  );

/** Sends all of it as a server does: never more than the window beyond what was taken. */
async function sendAll(launcher: TestLauncher, bytes: Uint8Array, from = 0): Promise<void> {
  for (let at = from; at < bytes.length; ) {
    const room = await launcher.until(() => {
      const free = Math.max(from, taken(launcher.frames)) + WINDOW - at;
      return free > 0 ? free : undefined;
    });
    const part = bytes.subarray(at, Math.min(at + room, at + 40_000));
    launcher.send(line(at, part));
    at += part.length;
  }
}

eachLauncher(({ programs, start }) => {
  describe('a stdin that stays open', () => {
    test('comes as it is sent, behind the payload’s, and ends where that is said', async () => {
      await using launcher = await start();
      launcher.run(programs.echoes, { stdin: 'é\n', stdinOpen: true });
      await launcher.printed('é\n');
      launcher.send(line(3, 'one\n'));
      await launcher.printed('one\n');
      launcher.send(line(7, 'two'), 'stdin-end 10');
      expect(await launcher.end()).toMatchObject({ cause: 'exit', exitCode: 0 });
      expect(launcher.stdout()).toBe('on\né\none\ntwoend\n');
      expect(taken(launcher.frames)).toBe(10);
    });

    test('every byte once and in order, whatever is repeated, missing or not whole', async () => {
      await using launcher = await start();
      launcher.run(programs.echoes, { stdinOpen: true });
      await launcher.printed('on\n');
      launcher.send(
        // Before it something is missing.
        line(3, 'd'),
        line(0, 'abc'),
        line(0, 'abc'),
        line(1, 'bcde'),
        'stdin 5 Zm',
        'stdin 5 Zm9vYg',
        'stdin 5 ****',
        'stdin 5 Zm 9v',
        'stdin 5',
        'stdin',
        'stdin -1 Zm9v',
        'stdin x Zm9v',
        'stdin-end 4',
        'stdin-end 6',
        'stdin-end',
        'stdin-end 5 5',
        line(2, 'cdefg\n'),
      );
      await launcher.printed('abcdefg\n');
      expect(await launcher.hello()).toMatchObject({ stdin: { next: 8, taken: 8 } });
      launcher.send('stdin-end 8', line(8, 'too late'), 'stdin-end 8');
      await launcher.end();
      expect(launcher.stdout()).toBe('on\nabcdefg\nend\n');
    });

    test('no more is kept than 64 KiB that the program has not read', async () => {
      await using launcher = await start();
      launcher.run(programs.waits, { stdinOpen: true });
      await launcher.printed('on\n');
      const bytes = Buffer.alloc(1024 * KiB, 'x');
      for (let at = 0; at < bytes.length; at += 32 * KiB)
        launcher.send(line(at, bytes.subarray(at, at + 32 * KiB)));
      const { stdin } = await launcher.hello();
      expect(stdin?.taken).toBeLessThanOrEqual(4 * PIPE);
      expect(stdin?.next).toBeLessThanOrEqual((stdin?.taken ?? 0) + WINDOW);
      expect(stdin?.next).toBeGreaterThanOrEqual(WINDOW);
      launcher.send('stop cancelled 0');
      expect(await launcher.end()).toMatchObject({ cause: 'cancelled' });
    });

    test('a payload’s stdin that is greater comes first, whole', async () => {
      await using launcher = await start();
      const bytes = Buffer.alloc(500 * KiB, 'abcdefg');
      launcher.run(programs.digests, { stdin: bytes.toString('latin1', 0, 400 * KiB), stdinOpen: true });
      await launcher.until(() => taken(launcher.frames) >= 400 * KiB || undefined);
      await sendAll(launcher, bytes, 400 * KiB);
      launcher.send(`stdin-end ${bytes.length}`);
      await launcher.end();
      expect(launcher.stdout()).toBe(`${bytes.length} ${createHash('sha256').update(bytes).digest('hex')}\n`);
    });

    test('megabytes of any bytes', async () => {
      await using launcher = await start();
      const bytes = Buffer.alloc(
        5_000_001,
        Uint8Array.from({ length: 251 }, (_, byte) => byte),
      );
      launcher.run(programs.digests, { stdinOpen: true });
      await sendAll(launcher, bytes);
      launcher.send(`stdin-end ${bytes.length}`);
      await launcher.end();
      expect(launcher.stdout()).toBe(`${bytes.length} ${createHash('sha256').update(bytes).digest('hex')}\n`);
    });

    test('a program that closes it, or ends, disturbs nobody', async () => {
      await using launcher = await start();
      launcher.run(programs.closesStdin, { stdinOpen: true });
      await launcher.printed('closed\n');
      for (let at = 0; at < 20; at++) launcher.send(line(at * 1000, Buffer.alloc(1000)));
      expect(await launcher.hello()).toMatchObject({ state: 'running' });
      launcher.send('stop cancelled 0', line(20_000, 'more'), 'interrupt 1', 'stdin-end 20004');
      expect(await launcher.end()).toMatchObject({ cause: 'cancelled' });
      launcher.send(line(20_004, 'more'), 'interrupt 2', 'stdin-end 20008');
      expect(await launcher.hello()).toMatchObject({ state: 'ended' });
    });

    test('without it nothing is taken, and nothing reported', async () => {
      await using launcher = await start();
      launcher.send(line(0, 'early'), 'stdin-end 0', 'interrupt 1');
      launcher.run(programs.echoes, { stdin: 'payload\n' });
      launcher.send(line(8, 'more\n'));
      await launcher.end();
      expect(launcher.stdout()).toBe('on\npayload\nend\n');
      expect(await launcher.hello()).not.toHaveProperty('stdin');
      expect(taken(launcher.frames)).toBe(0);
    });
  });

  describe('interrupts', () => {
    test('come as often as their number grows', async () => {
      await using launcher = await start();
      launcher.run(programs.countsInterrupts);
      await launcher.printed('on\n');
      launcher.send('interrupt 1', 'interrupt 1', 'interrupt 0', 'interrupt', 'interrupt x', 'interrupt 1 2');
      await launcher.printed('interrupted\n');
      launcher.send('interrupt 3');
      await launcher.printed('interrupted\ninterrupted\n');
      launcher.send('interrupt 2', 'stop cancelled 0');
      await launcher.end();
      expect(launcher.stdout()).toBe('on\ninterrupted\ninterrupted\n');
    });

    test('one that comes before the program begins ends it, and nothing of the launcher is seen', async () => {
      await using launcher = await start();
      launcher.run(programs.waits);
      launcher.send('interrupt 1');
      expect(await launcher.end()).toMatchObject({ cause: 'signal', signal: 'SIGINT' });
      const traces = launcher.frames.map((frame) => (frame.type === 'out' ? frame.d : '')).join('');
      expect(traces).not.toContain('launcher.py');
    });
  });
});
