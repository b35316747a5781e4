import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { type AddressInfo, createServer, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Command } from '../../../../src/runner/local/jail/jail.ts';
import { landlockCommand, probeLandlock } from '../../../../src/runner/local/jail/landlock.ts';
import { seccompFilter } from '../../../../src/runner/local/jail/seccomp.ts';
import { deno, ENVIRONMENT, fixture, program, run, walled } from './walled.ts';

const SECRET = 'nothing of the host';
/** The version that walls TCP, and the one that walls signals and abstract sockets. */
const TCP_VERSION = 4;
const SCOPE_VERSION = 6;

const SETPRIV = '/usr/bin/setpriv';
const SOURCE = join(import.meta.dirname, '../../../../src/runner/local/jail');

/** A filter that refuses one system call as a kernel without it does, and allows all others. */
function refusing(number: number): Buffer {
  const instructions = [
    [0x20, 0, 0, 0],
    [0x15, 0, 1, number],
    [0x06, 0, 0, 0x00050026],
    [0x06, 0, 0, 0x7fff0000],
  ] as const;
  return Buffer.concat(
    instructions.map(([code, ifTrue, ifFalse, operand]) => {
      const bytes = Buffer.from([code, 0, ifTrue, ifFalse, 0, 0, 0, 0]);
      bytes.writeUInt32LE(operand, 4);
      return bytes;
    }),
  );
}

const version = await probeLandlock(deno);

it.skipIf(process.platform !== 'linux')('finds the Landlock that the kernel has', async () => {
  const asksForVersion = [[444, 0, 0, 1]];
  const { stdout } = await run(
    program('calls.js', ['-', '0', JSON.stringify(asksForVersion)], ['--allow-ffi']),
  );
  expect(version !== null).toBe(JSON.parse(stdout)[0] === 0);
});

it('is null where Deno cannot be started', async () => {
  expect(await probeLandlock('/dev/null/deno')).toBeNull();
});

// The title says why, where there is none.
describe.skipIf(version === null)(`a wall by Landlock (this kernel: ${version ?? 'none'})`, () => {
  let directory: string;
  let secret: string;
  let server: Server;

  beforeEach(async () => {
    directory = mkdtempSync(join(tmpdir(), 'podline-landlock-'));
    secret = join(directory, 'secret');
    writeFileSync(secret, `first\n${SECRET}\n`);
    for (const name of ['removable', 'movable', 'linkable']) writeFileSync(join(directory, name), '');
    server = createServer();
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  });

  afterEach(() => {
    server.close();
    rmSync(directory, { recursive: true, force: true });
  });

  it('keeps a program from having Deno quote files of the host', async () => {
    const command = program('read-host-file.js', [secret, '2']);
    const control = await run(command);
    expect(control.stderr).toContain(SECRET);
    const { stderr, stdout } = await run(walled(command));
    expect(stderr).toContain('quoted');
    expect(stderr + stdout).not.toContain(SECRET);
    const missing = await run(walled(program('read-host-file.js', [`${secret}-not-there`, '2'])));
    expect(missing.stderr.replaceAll('secret-not-there', 'secret')).toBe(stderr);
  });

  it('holds without any permission of Deno', async () => {
    const { port } = server.address() as AddressInfo;
    const args = [secret, directory, String(process.pid), String(port), '/bin/sleep'];
    const command = program('attempts.js', args, ['--allow-all']);
    const { stdout, stderr } = await run(walled(command));
    expect(stderr).toBe('');
    const outcomes: Record<string, string> = JSON.parse(stdout);
    if ((version ?? 0) < SCOPE_VERSION) delete outcomes['signal the server'];
    expect(Object.entries(outcomes).filter(([, outcome]) => outcome === 'reached')).toEqual([]);
    expect(readFileSync(secret, 'utf8')).toContain(SECRET);

    const control: Record<string, string> = JSON.parse((await run(command)).stdout);
    expect(Object.entries(control).filter(([, outcome]) => outcome !== 'reached')).toEqual([]);
    expect(Object.keys(control)).toEqual(expect.arrayContaining(Object.keys(outcomes)));
  });

  it.skipIf((version ?? 0) < TCP_VERSION)('refuses TCP by itself, where the kernel can', async () => {
    const { port } = server.address() as AddressInfo;
    const args = [secret, directory, String(process.pid), String(port), '/bin/sleep'];
    const command = program('attempts.js', args, ['--allow-all']);
    const readable = [fixture('attempts.js')];
    const { stdout } = await run(landlockCommand({ deno, readable, command, seccomp: null }));
    expect(JSON.parse(stdout)).toMatchObject({ connect: 'PermissionDenied', listen: 'PermissionDenied' });
  });

  it('gives the process what it was started with, and nothing else', async () => {
    const strange = ['', 'two words', '"quoted"', 'línea\n€', '--probe'];
    const command = program('describe.js', strange, ['--allow-all']);
    const env = { ...ENVIRONMENT, STRANGE: 'línea\n=€', EMPTY: '' };
    const readable = [fixture('describe.js'), '/proc/self/status', '/proc/self/fd'];
    const options = { env, cwd: directory, input: 'input' };
    const behind = await run(walled(command, readable), options);
    expect(behind.stderr).toBe('');
    const given = JSON.parse(behind.stdout);
    expect(given).toMatchObject({ args: strange, environment: env, input: 'input', pid: behind.pid });
    const control = JSON.parse((await run(command, options)).stdout);
    expect(given.walls).toEqual(['NoNewPrivs:\t1', 'Seccomp:\t2']);
    const differing = { pid: 0, descriptors: [], walls: [] };
    expect({ ...given, ...differing }).toEqual({ ...control, ...differing });
  });

  it.skipIf(!existsSync(SETPRIV))(
    `leaves it to end with its parent (by ${SETPRIV}, where it is)`,
    async () => {
      const { file, args } = walled(program('describe.js', [], ['--allow-all']), [
        fixture('describe.js'),
        '/proc/self/status',
        '/proc/self/fd',
      ]);
      const { stdout } = await run({ file: SETPRIV, args: ['--pdeathsig', 'KILL', file, ...args] });
      expect(JSON.parse(stdout)).toMatchObject({ signalOfParentsEnd: 9 });
    },
  );

  it('keeps no descriptor but the first three', async () => {
    const command = program('describe.js', [], ['--allow-all']);
    const readable = [fixture('describe.js'), '/proc/self/status', '/proc/self/fd'];
    const withAnother = ({ file, args }: Command): Command => ({
      file: '/bin/sh',
      args: ['-c', 'exec 9</; exec "$@"', 'sh', file, ...args],
    });
    const control = JSON.parse((await run(withAnother(command))).stdout);
    const given = JSON.parse((await run(withAnother(walled(command, readable)))).stdout);
    expect(control.descriptors).toContainEqual([9, '/']);
    expect(given.descriptors.filter(([, target]: [number, string]) => target === '/')).toEqual([]);
  });

  it('lets ordinary programs run', async () => {
    const command = program('ordinary.js', []);
    const behind = await run(walled(command));
    expect(behind.stderr).toBe('');
    expect(behind.stdout).toBe((await run(command)).stdout);
  });

  it('reads what it is given, files one by one and directories with all below them', async () => {
    const read = program(
      'attempts.js',
      [secret, directory, String(process.pid), '0', '/bin/sleep'],
      ['--allow-all'],
    );
    const file = JSON.parse((await run(walled(read, [fixture('attempts.js'), secret]))).stdout);
    expect(file).toMatchObject({ read: 'reached', list: 'PermissionDenied', write: 'PermissionDenied' });
    const all = JSON.parse((await run(walled(read, [fixture('attempts.js'), directory]))).stdout);
    expect(all).toMatchObject({ read: 'reached', list: 'reached', append: 'PermissionDenied' });
  });

  it('starts nothing when a step fails', async () => {
    const command = program('ordinary.js', []);
    const cases = {
      'a readable path that is missing': walled(command, [
        fixture('ordinary.js'),
        join(directory, 'missing'),
      ]),
      'a binary that is missing': walled({ ...command, file: join(directory, 'missing') }),
      'a binary that cannot be executed': walled({ ...command, file: secret }),
      'a filter that is none': landlockCommand({
        deno,
        readable: [fixture('ordinary.js')],
        command,
        seccomp: Buffer.alloc(8),
      }),
      'a zero byte': walled({ ...command, args: [...command.args, 'a\0b'] }),
    };
    for (const [name, failing] of Object.entries(cases)) {
      const { code, stdout, stderr } = await run(failing);
      expect(code, name).toBe(1);
      expect(stdout, name).toBe('');
      expect(stderr, name).toMatch(
        /^There is no wall by Landlock, so no program was started: Expected .+\n$/,
      );
    }
  });

  it.each([
    ['close_range', 436],
    ['landlock_create_ruleset', 444],
    ['landlock_add_rule', 445],
    ['landlock_restrict_self', 446],
  ])('starts nothing where %s is refused', async (_, number) => {
    const inner = walled(program('ordinary.js', []));
    const readable = [dirname(fixture('')), SOURCE, '/proc/self/environ'];
    const outer = (seccomp: Buffer | null) => landlockCommand({ deno, readable, command: inner, seccomp });
    const { code, stdout, stderr } = await run(outer(refusing(number)));
    expect(stderr).toMatch(
      /^There is no wall by Landlock, so no program was started: Expected .+, got error 38\n$/,
    );
    expect(stdout).toBe('');
    expect(code).toBe(1);
    expect((await run(outer(null))).code).toBe(0);
  });

  it('lets CPython run', async ({ skip }) => {
    let python: string;
    try {
      python = execFileSync('python3', ['-c', 'import sys; print(sys.executable)'], {
        encoding: 'utf8',
      }).trim();
    } catch {
      skip('There is no python3');
      return;
    }
    const lines = [
      'import threading, subprocess, sys, socket, asyncio, tempfile, json, hashlib, select',
      'thread = threading.Thread(target=lambda: print("thread", flush=True)); thread.start(); thread.join()',
      'left, right = socket.socketpair(); left.send(b"pair"); print(right.recv(4).decode(), flush=True)',
      'asyncio.run(asyncio.sleep(0)); print("asyncio", flush=True)',
      'print(subprocess.run([sys.executable, "-I", "-c", "print(1)"], capture_output=True).stdout.decode())',
    ];
    const command = { file: python, args: ['-I', '-c', lines.join('\n')] };
    const prefix = execFileSync(python, ['-c', 'import sys; print(sys.base_prefix)'], {
      encoding: 'utf8',
    }).trim();
    const seccomp = seccompFilter(process.arch);
    const readable = [prefix, '/lib', '/usr/lib'];
    const behind = await run(landlockCommand({ deno, readable, command, seccomp }));
    expect(behind.stderr).toBe('');
    expect(behind.stdout).toBe('thread\npair\nasyncio\n1\n\n');
  });
});
