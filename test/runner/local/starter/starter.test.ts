import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { connect } from 'node:net';
import { text } from 'node:stream/consumers';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { ProcessCommand } from '../../../../src/runner/local/starter/messages.ts';
import { Pipes } from '../../../../src/runner/local/starter/pipes.ts';
import { Starter } from '../../../../src/runner/local/starter/starter.ts';
import { descendantsOf } from '../../../service/support/process-table.ts';

const soon = { timeout: 20_000, interval: 5 };

function shell(script: string, command: Partial<ProcessCommand> = {}): ProcessCommand {
  return { file: '/bin/sh', args: ['-c', script], env: {}, directory: '/', ...command };
}

describe.skipIf(process.platform === 'win32')('the starter', () => {
  let starter: Starter;
  beforeEach(() => {
    starter = new Starter();
  });
  afterEach(() => starter[Symbol.asyncDispose]());

  it('gives a process three pipes, its directory and its environment, and reports its end', async () => {
    const started = starter.start(
      shell('read line; echo "$line $PWD"; env >&2; exit 7', { env: { ONLY: 'this' }, directory: '/usr' }),
    );
    const { stdin, stdout, stderr } = await started.pipes;
    stdin.end('given\n');
    expect(await text(stdout)).toBe('given /usr\n');
    const environment = (await text(stderr)).trim().split('\n');
    expect(environment.filter((line) => !/^(PWD|_|SHLVL|OLDPWD)=/.test(line))).toEqual(['ONLY=this']);
    expect(await started.exited).toMatchObject({ code: 7, signal: null, wallMs: null });
  });

  it('reports the signal that ended a process', async () => {
    const started = starter.start(shell('kill -TERM $$'));
    expect(await started.exited).toMatchObject({ code: null, signal: 'SIGTERM' });
  });

  it('tells the end of a process that could not be started, whether its pipes came before or not', async () => {
    const started = starter.start(shell('', { file: '/nowhere/program' }));
    expect(await started.exited).toMatchObject({ code: null, signal: null });
    const other = starter.start(shell('', { files: ['/nowhere/file'] }));
    expect(await other.exited).toMatchObject({ code: null, signal: null });
  });

  it('hands over opened files', async () => {
    const started = starter.start(shell('cat <&4', { files: ['/proc/self/comm'] }));
    const { stdout } = await started.pipes;
    expect((await text(stdout)).length).toBeGreaterThan(0);
  });

  it('keeps the time limit while the event loop of the server stands still', async () => {
    const started = starter.start(shell('sleep 60'));
    await started.pipes;
    started.watch({ pid: null, baseline: { bytes: 0, cpuMs: 0 }, timeoutMs: 100, memoryMb: 1000 });
    const blocked = performance.now() + 3000;
    while (performance.now() < blocked);
    // It was over before anything here could have ended it.
    const { wallMs, signal } = await started.exited;
    expect(await started.limit).toBe('time');
    expect(signal).toBe('SIGKILL');
    expect(wallMs).toBeLessThan(3000);
  });

  it.runIf(process.platform === 'linux')(
    'keeps the memory limit, of what comes on top of the baseline',
    async () => {
      const started = starter.start({ ...shell(''), file: process.execPath, args: ['-e', FILLS] });
      const pid = (await started.pid) ?? 0;
      await started.pipes;
      started.watch({
        pid,
        baseline: { bytes: 50 * 1024 * 1024, cpuMs: 0 },
        timeoutMs: 60_000,
        memoryMb: 64,
      });
      expect(await started.limit).toBe('memory');
      const { peakBytes } = await started.exited;
      expect(peakBytes).toBeGreaterThan(64 * 1024 * 1024);
    },
  );

  it('ends a process that is killed before it was started', async () => {
    const started = starter.start(shell('sleep 60'));
    started.kill();
    expect(await started.exited).toMatchObject({ signal: 'SIGKILL' });
  });

  it('ends all that a process started', async () => {
    const started = starter.start(shell('sleep 61 & echo started; wait'));
    const { stdout } = await started.pipes;
    await new Promise((resolve) => stdout.once('data', resolve));
    expect(commands()).toContain('sleep 61');
    started.kill();
    await started.exited;
    await vi.waitFor(() => expect(commands()).not.toContain('sleep 61'), soon);
  });

  it('that is lost loses its processes, and the next start makes another', async () => {
    const lost = starter.start(shell('sleep 60'));
    await lost.pipes;
    const [first] = starters();
    process.kill(first?.pid ?? 0, 'SIGKILL');
    expect(await lost.exited).toMatchObject({ code: null, signal: null });
    const next = starter.start(shell('exit 3'));
    expect(await next.exited).toMatchObject({ code: 3 });
    expect(starters().map(({ pid }) => pid)).not.toContain(first?.pid);
  });

  it('ends its processes when it is closed, and starts nothing after', async () => {
    const left = [starter.start(shell('sleep 60')), starter.start(shell('sleep 60'))];
    await left[0]?.pipes;
    await starter[Symbol.asyncDispose]();
    await Promise.all(left.map(({ exited }) => exited));
    expect(starters()).toEqual([]);
    expect(() => starter.start(shell('true'))).toThrow(/closed/);
  });

  it.runIf(process.platform === 'linux')('has nothing of the environment of the server', async () => {
    const started = starter.start(shell('true'));
    await started.exited;
    const [own] = starters();
    const environment = readFileSync(`/proc/${own?.pid}/environ`, 'latin1');
    // Node's own, for the channel between the two.
    expect(
      environment.split('\0').filter((line) => line !== '' && !line.startsWith('NODE_CHANNEL_')),
    ).toEqual([]);
  });

  it.runIf(process.platform === 'linux')('leaves no descriptor behind after many processes', async () => {
    await starter.start(shell('true')).exited;
    const count = () => readdirSync(`/proc/${starters()[0]?.pid}/fd`).length;
    const before = count();
    await Promise.all(
      Array.from({ length: 20 }, () => starter.start(shell('true', { files: ['/dev/null'] })).exited),
    );
    await vi.waitFor(() => expect(count()).toBeLessThanOrEqual(before), soon);
  });

  function commands(): string[] {
    return execFileSync('ps', ['-eo', 'args'], { encoding: 'utf8' }).split('\n');
  }

  function starters(): { readonly pid: number }[] {
    return descendantsOf(process.pid).filter(({ command }) => command.includes('local/starter/start.js'));
  }
});

describe.skipIf(process.platform === 'win32')('where the pipes of processes are connected', () => {
  it('nobody but the starter is let in', async () => {
    using pipes = await Pipes.open();
    const received: unknown[] = [];
    pipes.expect(1, 3, (all) => received.push(all));
    for (const header of [
      `${'0'.repeat(32)} 1 0\n`,
      `${pipes.token} 2 0\n`,
      `${pipes.token} 1 7\n`,
      'x'.repeat(200),
    ]) {
      const socket = connect(pipes.path);
      socket.on('error', () => undefined);
      socket.write(header);
      await new Promise((resolve) => socket.once('close', resolve).resume());
    }
    expect(received).toEqual([]);
    for (const descriptor of [0, 1, 2]) connect(pipes.path).write(`${pipes.token} 1 ${descriptor}\nrest`);
    await vi.waitFor(() => expect(received).toHaveLength(1), soon);
    const [[, stdout]] = received as [[unknown, NodeJS.ReadableStream]];
    await vi.waitFor(() => expect(stdout.read()?.toString()).toBe('rest'), soon);
  });
});

/** Takes 10 MiB more every few milliseconds. */
const FILLS = 'const kept = []; setInterval(() => kept.push(Buffer.alloc(10 * 1024 * 1024, 1)), 5)';
