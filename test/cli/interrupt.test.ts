import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { podline, startPodline } from './support/podline.ts';
import { openService, type TestService } from './support/service.ts';

let service: TestService;
let folder: string;
beforeAll(async () => {
  service = await openService();
  folder = mkdtempSync(join(tmpdir(), 'podline-interrupt-'));
  writeFileSync(join(folder, 'ticking.js'), 'console.log("up"); setInterval(() => console.log("tick"), 20);');
  writeFileSync(
    join(folder, 'stubborn.js'),
    'process.on("SIGINT", () => console.log("not yet")); console.log("up"); setInterval(() => {}, 1000);',
  );
  writeFileSync(
    join(folder, 'flood.js'),
    'for (let n = 0; n < 3000; n++) console.log("x".repeat(999)); setInterval(() => {}, 1000);',
  );
});
afterAll(async () => {
  rmSync(folder, { recursive: true, force: true });
  await service?.[Symbol.asyncDispose]();
});

/** The record of the newest execution with a label `test=<label>`. */
async function newest(label: string): Promise<{ id: string; status: string; endReason: string } | undefined> {
  const { stdout } = await podline(['list', '--label', `test=${label}`, '--json'], { url: service.url });
  return JSON.parse(stdout)[0];
}

/** How much that execution has printed so far, which is more than a pipe and its reader's buffer hold. */
async function printedBytes(label: string): Promise<number> {
  const execution = await newest(label);
  if (!execution) return 0;
  const { stdout } = await podline(['show', '--json', execution.id], { url: service.url });
  return JSON.parse(stdout).outputBytes;
}

const start = (label: string, file: string, leaveStdout = false) =>
  startPodline(['run', '--label', `test=${label}`, join(folder, file)], { url: service.url, leaveStdout });

describe('podline run', () => {
  it('cancels on SIGTERM and exits with 143', async () => {
    await using command = start('SIGTERM', 'ticking.js');
    await command.printed('up\n');
    command.child.kill('SIGTERM');
    expect(await command.ended()).toMatchObject({ code: 143, signal: null, stderr: 'podline: cancelled\n' });
    expect(await newest('SIGTERM')).toMatchObject({ status: 'CANCELLED', endReason: 'CANCELLED' });
  });

  it('interrupts the program on the first Ctrl-C, and cancels on the second', async () => {
    await using command = start('SIGINT', 'stubborn.js');
    await command.printed('up\n');
    command.child.kill('SIGINT');
    await command.printed('not yet\n');
    command.child.kill('SIGINT');
    expect(await command.ended()).toMatchObject({ code: 130, signal: null, stderr: 'podline: cancelled\n' });
    expect(await newest('SIGINT')).toMatchObject({ status: 'CANCELLED', endReason: 'CANCELLED' });
  });

  it('exits with 130 when the interrupt ended the program', async () => {
    await using command = start('interrupted', 'ticking.js');
    await command.printed('up\n');
    command.child.kill('SIGINT');
    expect(await command.ended()).toMatchObject({ code: 130, signal: null });
    expect(await newest('interrupted')).toMatchObject({ status: 'FAILED', endReason: 'SIGNALLED' });
  });

  it('cancels also while nobody reads its output, and leaves at once on the next signal', async () => {
    await using command = start('blocked', 'flood.js', true);
    await untilTrue(async () => (await printedBytes('blocked')) === 3_000_000);
    command.child.kill('SIGTERM');
    await untilTrue(async () => (await newest('blocked'))?.status === 'CANCELLED');
    expect(command.child.exitCode).toBeNull();
    command.child.kill('SIGINT');
    command.child.stdout.resume();
    const { signal } = await command.ended();
    expect(signal).toBe('SIGINT');
  });

  it('ends quietly when the reader of its output goes away, and the program with it', async () => {
    await using command = start('reader', 'ticking.js');
    await command.printed('up\n');
    command.child.stdout.destroy();
    expect(await command.ended()).toMatchObject({ code: 141, stderr: '' });
    await untilTrue(async () => (await newest('reader'))?.status === 'CANCELLED');
  });
});

/** Asks until it is so; the test's own time limit ends a wait for what never comes. */
async function untilTrue(ask: () => Promise<boolean>): Promise<void> {
  while (!(await ask())) await new Promise((resolve) => setTimeout(resolve, 20));
}
