import { describe, expect, test } from 'vitest';
import type { Frame, OutFrame } from '../../../support/launcher/frames.ts';
import { isAlive } from '../../../support/launcher/processes.ts';
import { eachLauncher } from './table.ts';

const CHUNK_BYTES = 15_000;
const JSON_BYTES = 15_880;
const HELD_BYTES = 4 * 1024 * 1024;

const outs = (frames: readonly Frame[]): OutFrame[] =>
  frames.filter((frame): frame is OutFrame => frame.type === 'out');

eachLauncher(({ programs, start }) => {
  describe('chunks', () => {
    test('text without lines fills them, 15,000 bytes each', async () => {
      await using launcher = await start();
      const { stdout } = await launcher.result(programs.writes('x', 10 * CHUNK_BYTES));
      expect(stdout).toBe('x'.repeat(10 * CHUNK_BYTES));
      const sizes = outs(launcher.frames).map(({ d }) => d.length);
      expect(Math.max(...sizes)).toBe(CHUNK_BYTES);
    });

    test.each([
      ['escapes', '\u0001'],
      ['short lines', 'a\n'],
      ['two bytes a character', 'é'],
      ['four bytes a character', '😀'],
      ['all of it', '😀"\\é\u0001 a\n'],
    ])('%s: within both bounds, and nothing is lost', async (_, text) => {
      await using launcher = await start();
      const { stdout } = await launcher.result(programs.writes(text, 40_000));
      expect(stdout).toBe(text.repeat(40_000));
      const chunks = outs(launcher.frames);
      for (const { d } of chunks) {
        expect(Buffer.byteLength(d)).toBeLessThanOrEqual(CHUNK_BYTES);
        expect(Buffer.byteLength(JSON.stringify(d))).toBeLessThanOrEqual(JSON_BYTES);
        if (text.endsWith('\n')) expect(d.at(-1)).toBe('\n');
      }
      // One that could be fuller by a third was cut by something else than the bounds.
      const fullest = Math.max(...chunks.map(({ d }) => Buffer.byteLength(JSON.stringify(d))));
      expect(fullest).toBeGreaterThan((2 * JSON_BYTES) / 3);
    });

    test('the output limit cuts at the byte, and is the cause', async () => {
      await using launcher = await start();
      const { end, stdout } = await launcher.result(programs.printsForEver, { outputBytes: 100_001 });
      expect(Buffer.byteLength(stdout)).toBe(100_001);
      expect(end).toMatchObject({ cause: 'output', exitCode: null, signal: null, truncated: true });
    });

    test('output beyond the limit that is found when the program has ended is the cause too', async () => {
      await using launcher = await start();
      const { end, stdout } = await launcher.result(programs.writes('x', 20), { outputBytes: 10 });
      expect(stdout).toBe('x'.repeat(10));
      expect(end).toMatchObject({ cause: 'output', exitCode: null, truncated: true });
    });
  });

  describe('what is held', () => {
    test('a program is held back at 4 MiB, and goes on when that is acknowledged', async () => {
      await using launcher = await start();
      launcher.run(programs.printsForEver, { outputBytes: 1e9 });
      const bytes = (): number => launcher.lines.reduce((sum, { line }) => sum + line.length + 1, 0);
      await launcher.until(() => bytes() > HELD_BYTES || undefined);
      await launcher.hello();
      const { last } = await launcher.hello();
      expect((await launcher.hello()).last).toBe(last);
      launcher.send(`ack ${last}`);
      await launcher.frame((frame) => frame.type === 'out' && frame.n > last);
    });

    test('what is left in the pipes at the end is reported though nothing is acknowledged', async () => {
      await using launcher = await start();
      launcher.run(programs.printsForEver, { outputBytes: 1e9 });
      await launcher.until(() => outs(launcher.frames).length > HELD_BYTES / JSON_BYTES || undefined);
      await launcher.hello();
      const { last } = await launcher.hello();
      launcher.send('stop cancelled 0');
      const end = await launcher.end();
      expect(end.cause).toBe('cancelled');
      expect(end.last).toBeGreaterThan(last);
      expect(outs(launcher.frames).map(({ n }) => n)).toEqual(
        Array.from({ length: end.last }, (_, i) => i + 1),
      );
    });

    test('a process that left the group and holds the pipes does not keep the end back', async () => {
      await using launcher = await start();
      const { end, stdout } = await launcher.result(programs.leavesProcess);
      const left = Number(stdout.trim());
      try {
        // Were it gone the pipes would simply have ended. In a pod it is killed like all others.
        expect(await isAlive(left)).toBe(true);
        expect(end).toMatchObject({ cause: 'exit', exitCode: 0 });
      } finally {
        process.kill(left, 'SIGKILL');
      }
    });
  });
});
