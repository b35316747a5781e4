import { describe, expect, test } from 'vitest';
import { PROGRAMS } from '../../../contract/runner/programs.ts';
import { isAlive } from '../../../support/launcher/processes.ts';
import { run, startNode } from './launch.ts';

const javascript = PROGRAMS.find(({ language }) => language === 'javascript');
if (javascript === undefined) throw new Error('Expected programs in JavaScript');
const byOthers = { exitCode: null, signal: null };
const FOREVER = 'setInterval(() => {}, 1000)';

describe('by itself', () => {
  test.each([
    [javascript.exitWith7, { cause: 'exit', exitCode: 7, signal: null }],
    ['process.abort()', { cause: 'signal', exitCode: null, signal: 'SIGABRT' }],
    ['process.kill(process.pid, "SIGKILL")', { cause: 'signal', exitCode: null, signal: 'SIGKILL' }],
  ])('%s', async (code, end) => {
    expect((await run(code)).end).toMatchObject(end);
  });

  test('figures: time, processor time with that of its children, memory beyond the waiting Node', async () => {
    const burn = (ms: number): string => `while (process.cpuUsage().user < ${ms * 1000});`;
    const { end } = await run(`const kept = Buffer.alloc(50e6, 1); ${burn(150)}
      require('child_process').execFileSync(process.execPath, ['-e', ${JSON.stringify(burn(200))}]);
      process.on('exit', () => kept.length)`);
    expect(end.cause).toBe('exit');
    expect(end.wallMs).toBeGreaterThanOrEqual(200);
    expect(end.cpuMs).toBeGreaterThanOrEqual(190);
    expect(end.maxMemoryMb).toBeGreaterThanOrEqual(47);
    const hello = await run('console.log("hello")');
    expect(hello.end.maxMemoryMb ?? 0).toBeLessThan(25);
  });

  test('what it leaves behind is ended with it, and holds its output open for a while at most', async () => {
    await using launcher = await startNode();
    const child = (name: string, detached: boolean): string => `spawn(process.execPath,
      ['-e', 'console.log("${name} " + process.pid); setInterval(() => {}, 1000)'], { stdio: 'inherit', detached: ${detached} })`;
    launcher.run(`const { spawn } = require('child_process'); ${child('near', false)}; ${child('far', true)};
      process.stdin.resume(); process.on('SIGTERM', () => process.exit(0))`);
    await launcher.printed('near');
    await launcher.printed('far');
    launcher.send('stop cancelled 10000');
    await launcher.end();
    const near = Number(/near (\d+)/.exec(launcher.stdout())?.[1]);
    expect(await isAlive(near)).toBe(false);
  });

  test('a program that closes its stdout and goes on ends when it ends', async () => {
    const { end, stdout } = await run(`const fs = require('fs'); fs.writeSync(1, 'before');
      fs.closeSync(1); fs.closeSync(2); setTimeout(() => process.exit(3), 100)`);
    expect({ end, stdout }).toMatchObject({ end: { cause: 'exit', exitCode: 3 }, stdout: 'before' });
  });

  test('one that cannot be written ends with 1, and says why', async () => {
    const files = [{ path: '../outside', content: 'x' }];
    const { end, stderr } = await run('console.log("never")', { files });
    expect({ end, stderr }).toMatchObject({
      end: { cause: 'exit', exitCode: 1 },
      stderr: '../outside: not inside the working directory\n',
    });
  });
});

describe('by a limit', () => {
  test('of time: SIGTERM, then SIGKILL, whatever it catches', async () => {
    const { end, stdout } = await run(`process.on('SIGTERM', () => console.log('caught')); ${FOREVER}`, {
      timeoutMs: 200,
    });
    expect(end).toMatchObject({ cause: 'timeout', ...byOthers });
    expect(stdout).toBe('caught\n');
    expect(end.wallMs).toBeGreaterThanOrEqual(1200);
  });

  test('of time; the first cause counts, also when it exits in its grace', async () => {
    await using launcher = await startNode();
    launcher.run(`process.on('SIGTERM', () => setTimeout(() => process.exit(0), 50)); ${FOREVER}`, {
      timeoutMs: 100,
    });
    await launcher.frame(({ type }) => type === 'start');
    expect(await launcher.end()).toMatchObject({ cause: 'timeout', ...byOthers });
    launcher.send('stop cancelled 0');
    expect(await launcher.hello()).toMatchObject({ state: 'ended' });
  });

  test.each([
    ['heap', javascript.eatMemory],
    [
      'a child',
      `require('child_process').execFileSync(process.execPath, ['-e', 'const kept = []; for (;;) kept.push(Buffer.alloc(1e6, 1))'])`,
    ],
  ])('of memory: %s', async (_, code) => {
    expect((await run(code, { memoryMb: 64 })).end).toMatchObject({ cause: 'memory', ...byOthers });
  });

  test('of memory, when the engine gives up first', async () => {
    const code = `require('v8').setFlagsFromString('--max-old-space-size=16'); new (require('worker_threads').Worker)('0', { eval: true });
      process.stderr.write('FATAL ERROR: Reached heap limit Allocation failed - JavaScript heap out of memory\\n', () => process.abort())`;
    expect((await run(code)).end).toMatchObject({ cause: 'memory', ...byOthers });
  });

  test('much garbage and little memory is no reason', async () => {
    const code = `const live = []; for (let i = 0; i < 1e6; i++) live[i % 5000] = { a: [i, 's' + i], b: { c: new Array(20).fill(i) } }`;
    expect((await run(code, { memoryMb: 128 })).end).toMatchObject({ cause: 'exit', exitCode: 0 });
  });
});
