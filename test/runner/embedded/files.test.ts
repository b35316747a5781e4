import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Runner } from '../../../src/executions/runner.ts';
import { openEmbeddedRunner } from '../../../src/runner/embedded/open.ts';
import { ObservedRun, type RunOptions } from '../../contract/runner/run.ts';
import { hasBubblewrap } from '../native/here.ts';
import { LIMITS, MAXIMUM_LIMITS, silentLogger } from './limits.ts';

const dataDir = mkdtempSync(join(tmpdir(), 'podline-embedded-files-'));
afterAll(() => rmSync(dataDir, { recursive: true, force: true }));

const open = (isolation: 'bubblewrap' | 'none'): Promise<Runner> =>
  openEmbeddedRunner({
    dataDir,
    warm: { javascript: 1, python: 1 },
    defaultLimits: LIMITS,
    maximumLimits: MAXIMUM_LIMITS,
    logger: silentLogger,
    isolation,
  });

describe.runIf(hasBubblewrap)('files of the embedded sandbox', { timeout: 120_000 }, () => {
  let runner: Runner;
  beforeAll(async () => {
    runner = await open('bubblewrap');
  });
  afterAll(() => runner[Symbol.asyncDispose]());
  const run = (language: string, code: string, options: RunOptions = {}): ObservedRun =>
    new ObservedRun(runner, language, code, options);

  test('Python: appended, truncated, renamed, removed and replaced as it goes', async () => {
    const python = run(
      'python',
      `import os, shutil
with open('log', 'w') as f:
    for i in range(1000): f.write(f'{i}\\n')
os.truncate('log', 4)
open('gone', 'w').write('x'); os.remove('gone')
open('a', 'w').write('first'); print('a seen', flush=True)
os.rename('a', 'b')
os.makedirs('d/e'); open('d/e/f', 'w').write('deep'); print('d seen', flush=True)
shutil.rmtree('d'); open('d', 'w').write('now a file')
os.mkdir('empty')
open('sparse', 'wb').truncate(1 << 20)
os.symlink('/etc/passwd', 'link')
print(sorted(os.listdir('.')))`,
    );
    await python.endsBy('EXITED');
    expect(python.text('STDERR')).toBe('');
    expect(python.files.paths).toEqual(['b', 'd', 'log', 'sparse']);
    expect((await python.files.content('log')).toString()).toBe('0\n1\n');
    expect((await python.files.content('b')).toString()).toBe('first');
    expect((await python.files.content('d')).toString()).toBe('now a file');
    expect(await python.files.content('sparse')).toEqual(Buffer.alloc(1 << 20));
  });

  test('Python: also after os._exit, and of one that never closes its file', async () => {
    const abrupt = run('python', `import os\nf = open('kept', 'w'); f.write('x'); f.flush()\nos._exit(5)`);
    expect((await abrupt.endsBy('EXITED')).exitCode).toBe(5);
    expect((await abrupt.files.content('kept')).toString()).toBe('x');
  });

  test('Python: a module that it imports is as it was given, and leaves no cache', async () => {
    const files = [{ path: 'helper.py', content: Buffer.from('x = 1') }];
    const python = run('python', 'import helper\nprint(helper.x)', { payload: { files } });
    await python.endsBy('EXITED');
    expect(python.files.paths).toEqual([]);
  });

  test('Python: more than is kept is listed, and holds nothing up', async () => {
    const python = run(
      'python',
      `open('huge', 'wb').write(bytes(40_000_000))
for i in range(3): open(f'large{i}', 'wb').write(bytes(20_000_000))
open('small', 'w').write('x')`,
      { limits: { memoryMb: 512 } },
    );
    await python.endsBy('EXITED');
    expect(python.files.paths).toContain('small');
    expect(python.files.paths).toContain('large0');
    expect(python.files.omitted.map(({ path }) => path).sort()).toEqual(['huge', 'large1', 'large2']);
  });

  test('JavaScript: may write in its own directory, which has an end', async () => {
    const javascript = run(
      'javascript',
      `import { appendFileSync, mkdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
writeFileSync('a', 'first'); appendFileSync('a', ' second'); renameSync('a', 'b');
mkdirSync('d'); writeFileSync('d/x', ''); rmSync('d', { recursive: true });
let written = 0;
try { for (;; written++) writeFileSync('big' + written, new Uint8Array(1 << 20)); } catch (error) { console.log(error.code, written); }`,
      { limits: { memoryMb: 512 }, outputFiles: ['b'] },
    );
    await javascript.endsBy('EXITED');
    expect(javascript.text()).toMatch(/^ENOSPC 6[0-4]\n$/);
    expect((await javascript.files.content('b')).toString()).toBe('first second');
  });

  test('JavaScript: what it writes counts as its memory, empty files too', async () => {
    const bytes = run(
      'javascript',
      `import { writeFileSync } from 'node:fs';
for (let i = 0; i < 50; i++) writeFileSync('f' + i, new Uint8Array(1 << 20));
setInterval(() => {}, 1000);`,
      { limits: { memoryMb: 32 } },
    );
    await bytes.endsBy('OUT_OF_MEMORY');
    const names = run(
      'javascript',
      `import { openSync, closeSync } from 'node:fs'; for (let i = 0; ; i++) closeSync(openSync('f' + i, 'w'));`,
      { limits: { memoryMb: 64, timeoutMs: 60_000 } },
    );
    await names.endsBy('OUT_OF_MEMORY');
    expect(names.files.paths).toHaveLength(64);
    expect(names.files.omitted.at(-1)?.path).toBe('…');
  });

  test('JavaScript: a file that it was given and changed', async () => {
    const files = ['given', 'left'].map((path) => ({ path, content: Buffer.from('12345') }));
    const javascript = run('javascript', `Deno.writeTextFileSync('given', '54321')`, { payload: { files } });
    await javascript.endsBy('EXITED');
    expect(javascript.files.paths).toEqual(['given']);
  });
});

test('without a jail nothing can be written, and the languages say so', async () => {
  await using runner = await open('none');
  for (const { leavesFiles, notes } of runner.runtimes) {
    expect(leavesFiles).toBe(false);
    expect(notes.some((note) => note.includes('that takes the jail of bubblewrap'))).toBe(true);
  }
  const javascript = new ObservedRun(runner, 'javascript', `Deno.writeTextFileSync('a', 'x')`);
  expect((await javascript.endsBy('EXITED')).exitCode).toBe(1);
  expect(javascript.text('STDERR')).toContain('Requires write access');
  const python = new ObservedRun(runner, 'python', `open('a', 'w').write('x'); print(open('a').read())`);
  expect((await python.endsBy('EXITED')).exitCode).toBe(0);
  expect(python.files.paths).toEqual([]);
}, 60_000);
