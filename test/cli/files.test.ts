import {
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { CommandError } from '../../src/cli/errors.ts';
import { download, localParts } from '../../src/cli/run/left-files.ts';
import { hasBubblewrap } from '../runner/native/here.ts';
import { podline } from './support/podline.ts';
import { openService, type TestService } from './support/service.ts';

const PROGRAM = `import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
mkdirSync('out');
writeFileSync('out/numbers.csv', 'a,b\\n1,2\\n');
writeFileSync('bytes', Uint8Array.of(0, 255, 10));
writeFileSync('evil\\u001b[2J\\nname', '');
try { symlinkSync('/etc/passwd', 'link'); } catch {}
process.exitCode = 3;`;

describe.runIf(hasBubblewrap)('files that a program left', () => {
  let service: TestService;
  let folder: string;
  let id: string;
  beforeAll(async () => {
    service = await openService({ RUNNER: 'native' });
    folder = mkdtempSync(join(tmpdir(), 'podline-files-'));
    writeFileSync(join(folder, 'main.mjs'), PROGRAM);
    await ask('run', '-q', join(folder, 'main.mjs'));
    id = JSON.parse((await ask('list', '--json')).stdout)[0].id;
  });
  afterAll(async () => {
    await service?.[Symbol.asyncDispose]();
    rmSync(folder, { recursive: true, force: true });
  });
  const ask = (...argv: string[]) => podline(argv, { url: service.url, cwd: folder });

  it('are put into a folder after a run, whose exit code stays', async () => {
    const { code, stderr } = await ask('run', '-o', 'results', 'main.mjs');
    expect(code).toBe(3);
    expect(stderr).toContain('not kept: link: It is a symbolic link, not a regular file.');
    expect(readFileSync(join(folder, 'results/out/numbers.csv'), 'utf8')).toBe('a,b\n1,2\n');
    expect([...readFileSync(join(folder, 'results/bytes'))]).toEqual([0, 255, 10]);
    expect(readdirSync(join(folder, 'results')).sort()).toEqual(['bytes', 'evil\u001b[2J\nname', 'out']);
  });

  it('replace those of a run before, and no file that a link in the folder leads to', async () => {
    mkdirSync(join(folder, 'again'));
    writeFileSync(join(folder, 'elsewhere'), 'mine');
    symlinkSync('../elsewhere', join(folder, 'again/bytes'));
    expect((await ask('run', '-q', '--output-dir', 'again', 'main.mjs')).code).toBe(3);
    expect((await ask('run', '-q', '--output-dir', 'again', 'main.mjs')).code).toBe(3);
    expect(readFileSync(join(folder, 'elsewhere'), 'utf8')).toBe('mine');
    expect([...readFileSync(join(folder, 'again/bytes'))]).toEqual([0, 255, 10]);
  });

  it('are listed, with nothing that moves a terminal', async () => {
    const { code, stdout, stderr } = await ask('files', id);
    expect(code).toBe(0);
    expect(stdout).toBe(
      [
        'BYTES  TYPE                      PATH',
        '3      application/octet-stream  bytes',
        '0      application/octet-stream  evil\\u001b[2J\\nname',
        '8      text/csv                  out/numbers.csv',
        '',
      ].join('\n'),
    );
    expect(stderr).toBe('not kept: link: It is a symbolic link, not a regular file.\n');
    expect(JSON.parse((await ask('files', '--json', id)).stdout).files).toHaveLength(3);
  });

  it('are downloaded one by one', async () => {
    expect((await ask('download', id, 'out/numbers.csv')).code).toBe(0);
    expect(readFileSync(join(folder, 'numbers.csv'), 'utf8')).toBe('a,b\n1,2\n');
    const again = await ask('download', id, 'out/numbers.csv');
    expect(again.code).toBe(1);
    expect(again.stderr).toContain('something is there already');
    expect(readFileSync(join(folder, 'numbers.csv'), 'utf8')).toBe('a,b\n1,2\n');
    expect((await ask('download', '-o', 'numbers.csv', id, 'bytes')).code).toBe(0);
    expect([...readFileSync(join(folder, 'numbers.csv'))]).toEqual([0, 255, 10]);
    expect((await ask('download', '-o', '-', id, 'out/numbers.csv')).stdout).toBe('a,b\n1,2\n');
    expect(readdirSync(folder).filter((name) => name.endsWith('.part'))).toEqual([]);
  });

  it('say what is wrong', async () => {
    const missing = await ask('download', id, 'no');
    expect(missing.code).toBe(1);
    expect(missing.stderr).toContain('has no file no: it has bytes,');
    expect((await ask('download', id)).code).toBe(2);
    expect((await ask('run', '-d', '-o', 'x', 'main.mjs')).code).toBe(2);
    writeFileSync(join(folder, 'a-file'), '');
    const refused = await ask('run', '-q', '-o', 'a-file', 'main.mjs');
    expect(refused.code).toBe(1);
    expect(refused.stderr).toContain('Cannot write a-file');
  });
});

it.each(['../x', '/etc/passwd', 'a/../../x', 'a//b', '', '.', 'a/./b', 'a\0b'])(
  '%j of a server leads nowhere',
  (path) => {
    expect(() => localParts(path, 'linux')).toThrow(CommandError);
  },
);

it('a name that is a path on Windows leads nowhere there', () => {
  for (const path of ['a\\b', '..\\x', 'C:x', 'a:stream']) {
    expect(() => localParts(path, 'win32')).toThrow(CommandError);
    expect(localParts(path, 'linux')).toEqual([path]);
  }
});

describe('a download', () => {
  const content = Buffer.alloc(100_000, 'x');
  const sha256 = '2f1dd5d0d5f3fd1b9a3a4d0b9c4dd3d1a3e5e3b6b3c7b5a5f1f7d7a0c5f3f5a1';

  async function serve(
    answer: Parameters<typeof createServer>[1],
    run: (url: string) => Promise<void>,
  ): Promise<void> {
    const server = createServer(answer);
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    await run(`http://127.0.0.1:${(server.address() as AddressInfo).port}/graphql`);
    server.closeAllConnections();
    server.close();
  }

  it('goes on where it was cut', async () => {
    const { createHash } = await import('node:crypto');
    const file = {
      path: 'a',
      bytes: content.length,
      url: '/a',
      sha256: createHash('sha256').update(content).digest('hex'),
    };
    const asked: (string | undefined)[] = [];
    await serve(
      (request, response) => {
        asked.push(request.headers.range);
        const from = Number(/bytes=(\d+)-/.exec(request.headers.range ?? '')?.[1] ?? 0);
        response.writeHead(from > 0 ? 206 : 200, { 'content-length': content.length - from });
        if (asked.length > 2) response.end(content.subarray(from));
        else
          response.write(content.subarray(from, from + 30_000), () =>
            setTimeout(() => response.destroy(), 50),
          );
      },
      async (url) => {
        const parts = await Array.fromAsync(download({ url, apiKey: null }, file));
        expect(Buffer.concat(parts).equals(content)).toBe(true);
      },
    );
    expect(asked).toEqual([undefined, 'bytes=30000-', 'bytes=60000-']);
  });

  it('of something else than was said is an error', async () => {
    await serve(
      (_request, response) => response.end(content),
      async (url) => {
        const file = { path: 'a', bytes: content.length, url: '/a', sha256 };
        await expect(Array.fromAsync(download({ url, apiKey: null }, file))).rejects.toThrow(
          'what came is not what it holds',
        );
      },
    );
  });
});
