import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { FRAME_BYTES, type OutFrame, textOf } from '../../../support/launcher/frames.ts';
import type { TestLauncher } from '../../../support/launcher/launchers.ts';
import { startPython } from './python.ts';

const RAW = 'import os, sys, time, random\nout = lambda data, s=1: os.write(s, data)\n';

function chunks(launcher: TestLauncher): OutFrame[] {
  return launcher.frames.filter((frame) => frame.type === 'out');
}

describe('when chunks go out', () => {
  test('slow lines one by one, both streams in order, with the time', async () => {
    await using launcher = await startPython();
    const before = Date.now();
    await launcher.result(
      'import sys, time\nfor n in range(6):\n  print("line", n, file=(sys.stdout, sys.stderr)[n % 2]); time.sleep(0.06)',
    );
    expect(chunks(launcher).map(({ n, s, d }) => [n, s, d])).toEqual(
      Array.from({ length: 6 }, (_, n) => [n + 1, 1 + (n % 2), `line ${n}\n`]),
    );
    for (const { at } of chunks(launcher)) expect(at).toBeGreaterThanOrEqual(before - 1);
  });

  test('text without a newline while the program goes on', async () => {
    await using launcher = await startPython();
    launcher.run('print("name? ", end="", flush=True)\nimport time; time.sleep(600)');
    await launcher.printed('name? ');
  });

  test('a line in two parts stays one, beside another stream', async () => {
    await using launcher = await startPython();
    await launcher.result(
      `${RAW}out(b"x\\n"); time.sleep(0.1); out(b"a "); out(b"err\\n", 2); out(b"line\\n")`,
    );
    expect(chunks(launcher).map(({ s, d }) => [s, d])).toContainEqual([1, 'a line\n']);
  });

  test('two bytes at a time make few frames', async () => {
    await using launcher = await startPython();
    const { stdout } = await launcher.result('for n in range(50000): print("a", flush=True)');
    expect(stdout).toBe('a\n'.repeat(50_000));
    expect(chunks(launcher).length).toBeLessThan(2000);
  });

  test('after 2,000 chunks they are gathered for longer', async () => {
    await using launcher = await startPython();
    const { stdout } = await launcher.result(
      `${RAW}for n in range(2100):\n  out(b"x" * 15000 + b"\\n")\nfor n in range(100): out(b"tick\\n"); time.sleep(0.025)`,
      { outputBytes: 100_000_000 },
    );
    expect(stdout.endsWith('tick\n'.repeat(100))).toBe(true);
    expect(chunks(launcher).filter(({ d }) => d.startsWith('tick')).length).toBeLessThan(20);
  }, 60_000);
});

describe('what chunks hold', () => {
  test('whole lines where a chunk is full, as long as frames may be', async () => {
    await using launcher = await startPython();
    const { stdout, end } = await launcher.result(
      'for n in range(100000): print(f"line {n:06d} " + "x" * 54)',
    );
    expect(stdout.length).toBe(6_700_000);
    expect(chunks(launcher).every(({ d }) => d.endsWith('\n'))).toBe(true);
    expect(chunks(launcher).length).toBeLessThan(700);
    expect(end.last).toBe(chunks(launcher).length);
  });

  test.each([
    ['control characters', '"\\x01\\x1f\\x7f\\x00\\"\\\\\\t" * 20000'],
    ['emoji in one line', '"😀é漢" * 30000'],
    ['line separators', '"\\u2028\\u2029\\ufeff\\r" * 9000'],
  ])('frames below the limit: %s', async (_, text) => {
    await using launcher = await startPython();
    const { stdout } = await launcher.result(
      `text = ${text}\nprint(text)\nopen("copy", "w", newline="").write(text + "\\n")`,
    );
    expect(stdout).toBe(await readFile(join(launcher.directory, 'copy'), 'utf8'));
    for (const { line } of launcher.lines) expect(Buffer.byteLength(line)).toBeLessThan(FRAME_BYTES);
  });

  test.each([1, 2, 3, 4])('the same text however it is parted, as TextDecoder has it (%i)', async (seed) => {
    await using launcher = await startPython();
    await launcher.result(`${RAW}random.seed(${seed})
parts = ["plain\\n".encode(), "ünï😀cödé\\n".encode(), b"\\xff\\xfe\\n\\xc3(\\xe2\\x82\\xf0\\x9f\\x98\\n\\xed\\xa0\\x80", b"\\xef\\xbb\\xbf"]
data = b"".join(random.choice(parts) for _ in range(3000))
open("copy", "wb").write(data)
while data:
    size = random.choice((1, 2, 3, 7, 40, 5000))
    out(data[:size]); data = data[size:]
    if random.random() < 0.02: time.sleep(random.choice((0, 0.005, 0.03)))
out(b"\\xe2\\x82", 2)`);
    const expected = new TextDecoder('utf-8', { ignoreBOM: true }).decode(
      await readFile(join(launcher.directory, 'copy')),
    );
    expect(launcher.stdout()).toBe(expected);
    expect(textOf(launcher.frames, 2)).toBe('\uFFFD');
  });
});

describe('the output limit', () => {
  test('is not reached by exactly as many bytes', async () => {
    await using launcher = await startPython();
    const { end } = await launcher.result('print("abc")', { outputBytes: 4 });
    expect(end).toMatchObject({ cause: 'exit', exitCode: 0, truncated: false });
  });

  test('keeps what fits, between code points, and kills', async () => {
    await using launcher = await startPython();
    const { end, stdout } = await launcher.result('print("ab😀😀")\nwhile True: print("more")', {
      outputBytes: 9,
    });
    expect(stdout).toBe('ab😀');
    expect(end).toMatchObject({ cause: 'output', exitCode: null, signal: null, truncated: true });
  });

  test('counts both streams, and is reached by what a program left behind', async () => {
    await using launcher = await startPython();
    const { end, stdout, stderr } = await launcher.result(
      'import os; os.write(2, b"abcd\\n"); os.write(1, b"\\xff\\xff")',
      { outputBytes: 8 },
    );
    expect({ stdout, stderr }).toEqual({ stdout: '\uFFFD', stderr: 'abcd\n' });
    expect(end.truncated).toBe(true);
  });
});
