import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { OUTPUT_FILES_BYTES } from '../../../src/bounds.ts';
import type { Runner } from '../../../src/executions/runner.ts';
import { openNativeRunner } from '../../../src/runner/native/open.ts';
import { ObservedRun, type RunOptions } from '../../contract/runner/run.ts';
import { LIMITS, MAXIMUM_LIMITS, silentLogger } from '../embedded/limits.ts';
import { hasBubblewrap, isHere } from './here.ts';

const dataDir = mkdtempSync(join(tmpdir(), 'podline-native-files-'));
const secret = `a secret of the host, ${Math.random()}`;
writeFileSync(join(dataDir, 'secret'), secret);
afterAll(() => rmSync(dataDir, { recursive: true, force: true }));

describe.runIf(hasBubblewrap && isHere('python'))('attempts with files', { timeout: 120_000 }, () => {
  let runner: Runner;
  beforeAll(async () => {
    runner = await openNativeRunner({
      dataDir,
      warm: { python: 1 },
      defaultLimits: LIMITS,
      maximumLimits: MAXIMUM_LIMITS,
      logger: silentLogger,
    });
  });
  afterAll(() => runner[Symbol.asyncDispose]());

  const python = async (code: string, options: RunOptions = {}): Promise<ObservedRun> => {
    const run = new ObservedRun(runner, 'python', `import os\n${code}`, options);
    await run.end;
    expect(run.text('STDERR')).toBe('');
    return run;
  };
  const reasons = ({ files }: ObservedRun): Record<string, string> =>
    Object.fromEntries(files.omitted.map(({ path, reason }) => [path, reason]));

  test('links to files and folders of the host, and of the sandbox, are not followed', async () => {
    const run = await python(`
for name, target in [('passwd', '/etc/passwd'), ('host', ${JSON.stringify(join(dataDir, 'secret'))}), ('up', '../../../../etc'),
    ('proc', '/proc/self/root/etc/passwd'), ('self', '.'), ('own', 'main.py'), ('fd', '/proc/self/fd/0'), ('gone', 'nowhere')]:
    os.symlink(target, name)
open('real', 'w').write('x')`);
    expect(run.files.paths).toEqual(['real']);
    expect(Object.keys(reasons(run)).sort()).toEqual(
      ['fd', 'gone', 'host', 'own', 'passwd', 'proc', 'self', 'up'].sort(),
    );
    expect(new Set(Object.values(reasons(run)))).toEqual(
      new Set(['It is a symbolic link, not a regular file.']),
    );
  });

  test('named pipes, sockets and hard links', async () => {
    const run = await python(`
import socket
os.mkfifo('pipe')
socket.socket(socket.AF_UNIX).bind('socket')
open('one', 'w').write('same'); os.link('one', 'two'); os.link('main.py', 'source')
try: os.link('/etc/passwd', 'passwd')
except OSError: pass
try: os.mknod('device', 0o20666, os.makedev(1, 5))
except OSError: pass`);
    expect(run.files.paths).toEqual(['one', 'source', 'two']);
    expect((await run.files.content('two')).toString()).toBe('same');
    expect(reasons(run)).toEqual({
      pipe: 'It is a named pipe, not a regular file.',
      socket: 'It is a socket, not a regular file.',
    });
  });

  test('sparse files count with their size', async () => {
    const run = await python(`
for name, size in [('terabyte', 1 << 40), ('most', ${OUTPUT_FILES_BYTES}), ('one', 1)]:
    with open(name, 'wb') as f: f.truncate(size)`);
    expect(run.files.paths).toEqual(['most']);
    expect(reasons(run)['terabyte']).toContain('1099511627776 bytes');
    expect(reasons(run)['one']).toContain('1 bytes');
  });

  test('1,000 folders within each other', async () => {
    const run = await python(`
for i in range(1000):
    os.mkdir('d'); os.chdir('d')
    if i % 10 == 0: open('f', 'w').write(str(i))`);
    expect(run.files.paths).toHaveLength(4);
    expect(run.files.omitted).toHaveLength(1);
    expect(run.files.omitted[0]).toMatchObject({
      reason: 'At most 32 folders within each other are looked at.',
    });
  });

  test('names that are no UTF-8, hold newlines, or are long', async () => {
    const run = await python(`
for name in [b'a\\xffb', b'new\\nline', b'-rf *', b'\\xc3\\xa4', b'\\xe2\\x80\\xae', b' ', b'back\\\\slash', b'x' * 255]:
    open(name, 'w').write('x')
os.mkdir(b'\\xfe'); open(b'\\xfe/inside', 'w')
os.makedirs('/'.join(['y' * 200] * 3)); open('/'.join(['y' * 200] * 3) + '/z', 'w')`);
    expect(run.files.paths).toEqual(
      [' ', '-rf *', 'back\\slash', 'new\nline', 'ä', '\u202e', 'x'.repeat(255)].sort(),
    );
    expect(reasons(run)).toMatchObject({
      'a\ufffdb': 'Its name is not UTF-8.',
      '\ufffd': 'Its name is not UTF-8.',
    });
    expect(Object.values(reasons(run))).toContain('Its path is one of more than 512 bytes.');
  });

  test('100,000 files are bounded, and told', async () => {
    const run = await python(
      `for i in range(100_000): os.close(os.open(f'{i:06}', os.O_CREAT | os.O_WRONLY))`,
      { limits: { timeoutMs: 60_000 } },
    );
    expect(run.files.paths).toHaveLength(64);
    expect(run.files.omitted).toHaveLength(101);
    expect(run.files.omitted.at(-1)?.reason).toMatch(/^\d+ more are not listed\.$/);
  });

  test('rights that it took away say so, and nothing of it is held up', async () => {
    const run = await python(`
os.mkdir('closed'); open('closed/a', 'w').write('x'); open('b', 'w').write('x')
os.chmod('closed/a', 0); os.chmod('closed', 0); os.chmod('b', 0); open('c', 'w').write('x')`);
    expect(run.files.paths).toContain('c');
    // The account of a server that is root may read everything.
    if (process.getuid?.() !== 0) expect(run.files.paths).toEqual(['c']);
  });

  test('a mount of its own, and what is in /tmp and /run, is none of its files', async () => {
    const run = await python(`
open('/tmp/a', 'w').write('x'); open('/run/b', 'w').write('x')
import ctypes
ctypes.CDLL(None).mount(b'none', b'/program', b'tmpfs', 0, None)
open('own', 'w').write('x')`);
    expect(run.files.paths).toEqual(['own']);
  });

  test('32 MiB come out whole', async () => {
    const run = await python(
      `
import hashlib
data = bytes(range(256)) * (1 << 12)
with open('large', 'wb') as f:
    for _ in range(32): f.write(data)
print(hashlib.sha256(data * 32).hexdigest())`,
      { limits: { memoryMb: 512 } },
    );
    expect(run.files.result.files).toMatchObject([
      { path: 'large', bytes: OUTPUT_FILES_BYTES, sha256: run.text().trim() },
    ]);
  });

  test('what another process of it goes on writing is over with it', async () => {
    const run = await python(`
if os.fork() == 0:
    os.setsid()
    f = open('growing', 'wb', buffering=0)
    while True: f.write(bytes(4096)) if f.tell() < 1 << 24 else f.seek(0)
import time; time.sleep(0.3); print(end='', flush=True); os._exit(0)`);
    expect(run.files.paths).toEqual(['growing']);
  });
});
