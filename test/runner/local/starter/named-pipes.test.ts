import { spawn } from 'node:child_process';
import { once } from 'node:events';
import {
  chmodSync,
  closeSync,
  constants,
  mkdtempSync,
  openSync,
  readdirSync,
  rmSync,
  statSync,
  writeSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { NamedPipes, type OutputPipes } from '../../../../src/runner/local/starter/named-pipes.ts';

let directory: string;
let pipes: NamedPipes;
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'podline-named-pipes-'));
  pipes = new NamedPipes(directory);
});
afterEach(() => rmSync(directory, { recursive: true, force: true }));

/** Has a process write to both and end; resolves to what came. */
async function use(pair: OutputPipes, words: readonly [string, string]): Promise<readonly string[]> {
  const ends = pair.paths.map((path) => openSync(path, constants.O_WRONLY));
  const { stdout, stderr } = pair.open();
  ends.forEach((end, index) => {
    writeSync(end, words[index] ?? '');
    closeSync(end);
  });
  const closed = [stdout, stderr].map((socket) => once(socket, 'close'));
  const came = await Promise.all([text(stdout), text(stderr)]);
  pair.release();
  await Promise.all(closed);
  return came;
}

describe.runIf(process.platform === 'linux')('named pipes', () => {
  test('each is for one stream', async () => {
    expect(await use(await pipes.take(), ['out', 'err'])).toEqual(['out', 'err']);
  });

  test('nothing is read before somebody asks', async () => {
    const pair = await pipes.take();
    const { stdout } = pair.open();
    const child = spawn('/bin/sh', ['-c', `echo early >${pair.paths[0]}`]);
    await once(child, 'exit');
    expect(stdout.readableLength).toBe(0);
    expect(await text(stdout)).toBe('early\n');
    pair.release();
  });

  test('a pair is used again when both of its ends are closed, not before', async () => {
    const first = await pipes.take();
    const others = await Promise.all(Array.from({ length: 15 }, () => pipes.take()));
    const ends = first.paths.map((path) => openSync(path, constants.O_WRONLY));
    const { stdout, stderr } = first.open();
    first.release();
    const whileOpen = await pipes.take();
    expect(new Set([first, ...others, whileOpen].map(({ paths }) => paths.join())).size).toBe(17);
    for (const end of ends) closeSync(end);
    const closed = [stdout, stderr].map((socket) => once(socket, 'close'));
    stdout.resume();
    stderr.resume();
    await Promise.all(closed);
    const again = await pipes.take();
    expect(again.paths).toEqual(first.paths);
    for (const pair of [...others, whileOpen, again]) pair.release();
  });

  test('what was never opened is given back at once, and no descriptor is left', async () => {
    const before = readdirSync('/proc/self/fd').length;
    const first = await pipes.take();
    first.release();
    const second = await pipes.take();
    expect(second.paths).toEqual(first.paths);
    second.release();
    expect(readdirSync('/proc/self/fd').length).toBe(before);
  });

  test('a mode that a program has changed is as before for the next', async () => {
    const first = await pipes.take();
    for (const path of first.paths) chmodSync(path, 0o777);
    first.release();
    const next = await pipes.take();
    expect(next.paths).toEqual(first.paths);
    expect(next.paths.map((path) => statSync(path).mode & 0o777)).toEqual([0o600, 0o600]);
    next.release();
  });

  test('after the directory is gone there are none', async () => {
    const pair = await pipes.take();
    rmSync(directory, { recursive: true });
    pair.release();
    await expect(new NamedPipes(directory).take()).rejects.toThrow(/mkfifo/);
  });
});
