import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { type AddressInfo, createServer, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openNativeRunner } from '../../../src/runner/native/open.ts';
import { ObservedRun } from '../../contract/runner/run.ts';
import { LIMITS, MAXIMUM_LIMITS, silentLogger } from '../embedded/limits.ts';
import { hasBubblewrap, isHere } from './here.ts';

const SOURCE = readFileSync(new URL('attempts.c', import.meta.url), 'utf8');
/** What every Linux lets an ordinary process do; the rest depends on the kernel's settings and on who runs this. */
const REACHED_BY_ALL = [
  'ptrace',
  'open_tree',
  'netlink',
  'memory that no process owns',
  'shared memory',
  'new privileges',
  'signal to the server',
  "the server's variables",
  'a file of the server',
  '/sys',
  'a port of the machine',
  'an abstract socket',
];

describe.runIf(hasBubblewrap && isHere('c'))('what native code attempts', { timeout: 60_000 }, () => {
  const folder = mkdtempSync(join(tmpdir(), 'podline-attempts-'));
  const secret = join(folder, 'secret');
  const abstract = `podline-attempts-${process.pid}`;
  const connections = { tcp: 0, abstract: 0 };
  let tcp: Server;
  let local: Server;

  beforeAll(async () => {
    writeFileSync(secret, 'secret');
    tcp = createServer((socket) => {
      connections.tcp += 1;
      socket.destroy();
    }).listen(0, '127.0.0.1');
    local = createServer((socket) => {
      connections.abstract += 1;
      socket.destroy();
    }).listen(`\0${abstract}`);
    await Promise.all([once(tcp, 'listening'), once(local, 'listening')]);
  });
  afterAll(() => {
    tcp.close();
    local.close();
    rmSync(folder, { recursive: true, force: true });
  });

  const targets = (): string[] => [
    String(process.pid),
    String((tcp.address() as AddressInfo).port),
    abstract,
    secret,
  ];

  test('reaches it without a sandbox', async () => {
    const [source, program] = [join(folder, 'attempts.c'), join(folder, 'attempts')];
    writeFileSync(source, SOURCE);
    await promisify(execFile)('gcc', ['-o', program, source]);
    const child = spawn(program, targets(), { stdio: ['ignore', 'pipe', 'inherit'] });
    let text = '';
    child.stdout.setEncoding('utf8').on('data', (part: string) => {
      text += part;
    });
    await once(child, 'close');
    expect(linesThat(text, 'reached')).toEqual(expect.arrayContaining(REACHED_BY_ALL));
    expect(connections).toEqual({ tcp: 1, abstract: 1 });
  });

  test('reaches nothing from the native host', async () => {
    await using runner = await openNativeRunner({
      dataDir: folder,
      warm: {},
      defaultLimits: LIMITS,
      maximumLimits: MAXIMUM_LIMITS,
      logger: silentLogger,
    });
    const before = { ...connections };
    const run = new ObservedRun(runner, 'c', SOURCE, { args: targets() });
    expect((await run.endsBy('EXITED')).exitCode).toBe(0);
    expect(linesThat(run.text('STDOUT'), 'reached')).toEqual([]);
    expect(linesThat(run.text('STDOUT'), 'refused')).toEqual(expect.arrayContaining(REACHED_BY_ALL));
    expect(connections).toEqual(before);
  });
});

function linesThat(text: string, verdict: string): string[] {
  return text
    .split('\n')
    .filter((line) => line.endsWith(` ${verdict}`))
    .map((line) => line.slice(0, -verdict.length - 1));
}
