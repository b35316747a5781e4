import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { Directories } from '../../../src/runner/embedded/directories.ts';

/** No process has this number: Linux's greatest is 4,194,304. */
const GONE = '99999999-1-1';

describe('directories', () => {
  let base: string;
  beforeEach(() => {
    base = mkdtempSync(join(tmpdir(), 'podline-directories-'));
  });
  afterEach(() => rmSync(base, { recursive: true, force: true }));

  test('are empty, apart, and gone after the close', () => {
    const directories = new Directories(base);
    const [one, two] = [directories.create(), directories.create()];
    expect(one).not.toBe(two);
    expect(readdirSync(one)).toEqual([]);
    writeFileSync(join(one, 'file'), 'x');
    directories.remove(one);
    expect(existsSync(one)).toBe(false);
    directories[Symbol.dispose]();
    directories[Symbol.dispose]();
    expect(readdirSync(base)).toEqual([]);
  });

  test('garbage collection removes what a server that is gone has left, and nothing else', async () => {
    const running = new Directories(base);
    const used = running.create();
    mkdirSync(join(base, GONE, '7'), { recursive: true });
    mkdirSync(join(base, 'something else'));
    const directories = new Directories(base);
    await directories.collectGarbage();
    expect(existsSync(join(base, GONE))).toBe(false);
    expect(existsSync(used)).toBe(true);
    expect(existsSync(join(base, 'something else'))).toBe(true);
  });

  test.runIf(process.platform === 'linux')('garbage collection ends what still runs in there', async () => {
    const left = join(base, GONE, '7');
    mkdirSync(left, { recursive: true });
    const orphan = spawn('/bin/sh', ['-c', 'echo up; exec sleep 600'], {
      cwd: left,
      stdio: ['ignore', 'pipe', 'ignore'],
    });
    const ended = once(orphan, 'exit');
    await once(orphan.stdout, 'data');
    await new Directories(base).collectGarbage();
    expect(await ended).toEqual([null, 'SIGKILL']);
  });
});
