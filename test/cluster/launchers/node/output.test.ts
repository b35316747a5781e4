import { describe, expect, test } from 'vitest';
import type { EndFrame, Frame, OutFrame } from '../../../support/launcher/frames.ts';
import type { TestLauncher } from '../../../support/launcher/launchers.ts';
import { programPid, run, startNode } from './launch.ts';

const outs = (frames: readonly Frame[]): OutFrame[] => frames.filter((frame) => frame.type === 'out');
/** The least that one frame may be left short of its bound when text is plenty, bytes. */
const FULL_FRAME = 11_000;

/** The end of a run whose chunks are acknowledged as they come. */
async function acknowledged(launcher: TestLauncher): Promise<EndFrame> {
  const acknowledging = setInterval(() => launcher.send(`ack ${outs(launcher.frames).length}`), 10);
  return await launcher.end().finally(() => clearInterval(acknowledging));
}

describe('chunks', () => {
  test('100,000 lines: whole lines, numbered, in full frames', async () => {
    await using launcher = await startNode();
    const code = 'for (let i = 0; i < 100_000; i++) console.log(String(i).padStart(66))';
    launcher.run(code);
    const end = await acknowledged(launcher);
    expect(launcher.stdout()).toBe(
      Array.from({ length: 100_000 }, (_, i) => `${String(i).padStart(66)}\n`).join(''),
    );
    const chunks = outs(launcher.frames);
    expect(chunks.map(({ n }) => n)).toEqual(chunks.map((_, index) => index + 1));
    expect(end.last).toBe(chunks.length);
    expect(chunks.every(({ d }) => d.endsWith('\n'))).toBe(true);
    expect(chunks.length).toBeLessThan(6_700_000 / FULL_FRAME);
  });

  test('text that is all escapes, or four bytes a character, keeps to the bound of a frame and arrives whole', async () => {
    await using launcher = await startNode();
    const code = `process.stdout.write('\\u0001"\\\\\\n'.repeat(50_000)); process.stdout.write('\\u0001'.repeat(100_000));
      process.stdout.write('😀é€'.repeat(20_000))`;
    const { stdout } = await launcher.result(code);
    expect(stdout).toBe('\u0001"\\\n'.repeat(50_000) + '\u0001'.repeat(100_000) + '😀é€'.repeat(20_000));
  });

  test('a line at once, text without a newline soon, both while it runs; the streams apart', async () => {
    await using launcher = await startNode();
    launcher.run(
      'console.log("line"); process.stdout.write("name? "); console.error("err"); setInterval(() => {}, 1000)',
    );
    await launcher.printed('name? ');
    await launcher.printed('err\n', 2);
    expect(outs(launcher.frames).map(({ s, d }) => [s, d])).toEqual([
      [1, 'line\n'],
      [2, 'err\n'],
      [1, 'name? '],
    ]);
  });

  test('a line written in two parts stays one chunk, also when the other stream printed in between', async () => {
    await using launcher = await startNode();
    const code = `const { writeSync } = require('fs');
      writeSync(1, 'half '); writeSync(2, 'other\\n'); setTimeout(() => writeSync(1, 'line\\n'), 3)`;
    await launcher.result(code);
    const texts = outs(launcher.frames).map(({ d }) => d);
    // Where the machine was too slow for that, the half went out by itself.
    expect([...texts].sort()).toSatisfy(
      (all: string[]) => all.length === 3 || all.join() === 'half line\n,other\n',
    );
  });

  test('bytes that are not UTF-8 become U+FFFD; a character written in two parts is one', async () => {
    const code = `const { writeSync } = require('fs'); writeSync(1, Buffer.from([97, 255, 98, 0xe2]));
      setTimeout(() => { writeSync(1, Buffer.from([0x82, 0xac, 10, 0xef, 0xbb, 0xbf, 0xe2, 0x82])) }, 40)`;
    expect((await run(code)).stdout).toBe('a\uFFFDb€\n\uFEFF\uFFFD');
  });

  test('once it has printed 2,000 chunks a program is gathered for up to a second', async () => {
    await using launcher = await startNode();
    const code = `process.stdout.write('x'.repeat(15_000 * 2_001)); setTimeout(tick, 50); let ticks = 0;
      function tick() { console.log('tick'); if (++ticks < 20) setTimeout(tick, 25) }`;
    launcher.run(code, { outputBytes: 1e9 });
    await acknowledged(launcher);
    const ticks = outs(launcher.frames).filter(({ d }) => d.endsWith('tick\n'));
    expect(ticks.length).toBeLessThanOrEqual(3);
  });
});

describe('the output limit', () => {
  test('cuts at the byte, between characters, and ends the program', async () => {
    const { end, stdout } = await run('for (;;) console.log("ééé")', { outputBytes: 1025 });
    expect(Buffer.byteLength(stdout)).toBe(1025 - (1025 % 7) + ((1025 % 7) & ~1));
    expect(end).toMatchObject({ cause: 'output', exitCode: null, signal: null, truncated: true });
  });

  test('may be reached and not passed', async () => {
    const { end, stdout } = await run('process.stdout.write("x".repeat(1024))', { outputBytes: 1024 });
    expect(stdout).toHaveLength(1024);
    expect(end).toMatchObject({ cause: 'exit', exitCode: 0, truncated: false });
  });
});

describe('holding back', () => {
  test('a program whose chunks nobody acknowledges stops at 4 MiB of frames, and goes on when somebody does', async () => {
    await using launcher = await startNode();
    const lines = 120_000;
    launcher.run(
      `const { writeSync } = require('fs'); for (let i = 0; i < ${lines}; i++) console.log(String(i).padStart(79))`,
    );
    const bytes = (): number => launcher.lines.reduce((sum, { line }) => sum + Buffer.byteLength(line), 0);
    await launcher.until(() => bytes() > 4 * 1024 * 1024 || undefined);
    // Asked twice: what was read by then has been told by the second answer.
    await launcher.hello();
    const { last } = await launcher.hello();
    expect(bytes()).toBeLessThan(4.5 * 1024 * 1024);
    expect((await launcher.hello()).last).toBe(last);

    launcher.send(`ack ${last}`);
    const end = await acknowledged(launcher);
    expect(end).toMatchObject({ cause: 'exit', exitCode: 0 });
    expect(launcher.stdout()).toBe(
      Array.from({ length: lines }, (_, i) => `${String(i).padStart(79)}\n`).join(''),
    );
  });

  test('a server that reads nothing holds up neither the time limit nor the end; it gets all once it reads', async () => {
    await using launcher = await startNode();
    await launcher.hello();
    launcher.process.stdout.pause();
    launcher.run('for (let i = 0; ; i++) console.log(String(i).padStart(79))', { timeoutMs: 300 });
    launcher.send(...Array.from({ length: 2000 }, (_, i) => `hello again-${i} 0`));
    const program = await programPid(launcher);
    await expect.poll(() => programPid(launcher), { timeout: 10_000 }).not.toBe(program);
    launcher.process.stdout.resume();
    expect(await launcher.end()).toMatchObject({ cause: 'timeout' });
    expect(launcher.stdout()).toMatch(/^ +0\n +1\n/);
  });
});
