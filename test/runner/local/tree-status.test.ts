import { describe, expect, test } from 'vitest';
import { openTreeStatus } from '../../../src/runner/local/tree-status.ts';
import { canJail, startJailed } from './jailed.ts';

const MiB = 1024 * 1024;
const TREE = { directories: ['/tmp'], hasOwnNetwork: true, threads: 64 };
/** Says that it is there, and once more when it has done `what`, which it does when it is told to. */
const when = (what: string): string => `
const { spawn } = require('node:child_process');
const fs = require('node:fs');
const done = () => console.log('done');
console.log('here');
process.stdin.once('data', () => { ${what} });`;

/** Memory and threads before and after it has done `what`. */
async function change(what: string): Promise<{ own: number; threads: number }> {
  await using jailed = await startJailed(when(what));
  using status = openTreeStatus(jailed.pid, TREE);
  const before = status?.look().memory;
  jailed.tell();
  await jailed.printed();
  const after = status?.look().memory;
  if (!before || !after) throw new Error('Expected figures, got none');
  expect(after.peak).toBe(after.own);
  return { own: after.own - before.own, threads: after.threads - before.threads };
}

describe.runIf(canJail)('what /proc shows of a process and all that it has started', () => {
  test('memory of a child', async () => {
    const child = `globalThis.kept = Buffer.alloc(${80 * MiB}, 1); console.log('x'); setInterval(() => {}, 1e6)`;
    const { own, threads } = await change(
      `spawn(process.execPath, ['-e', ${JSON.stringify(child)}]).stdout.once('data', done);`,
    );
    expect(own).toBeGreaterThan(80 * MiB);
    expect(threads).toBeGreaterThan(1);
  });

  test('what processes share counts once, where it would be too much otherwise', async () => {
    const program = '$x .= "x" x 1_000_000 for 1..80; fork && fork; $| = 1; print "x"; sleep 1000';
    await using jailed = await startJailed(
      when(`let count = 0; spawn('perl', ['-e', ${JSON.stringify(program)}]).stdout.on('data', (text) => {
        count += text.length;
        if (count === 3) setTimeout(done, 200);
      });`),
    );
    using status = openTreeStatus(jailed.pid, TREE);
    const before = status?.look().memory?.own ?? 0;
    jailed.tell();
    await jailed.printed();
    expect((status?.look().memory?.own ?? 0) - before).toBeGreaterThan(3 * 80_000_000);
    const closely = status?.look(before + 120_000_000).memory?.own ?? 0;
    expect(closely - before).toBeGreaterThan(80_000_000);
    expect(closely - before).toBeLessThan(120_000_000);
  });

  test('what each has for itself counts for each, however closely it is looked at', async () => {
    const program = 'fork && fork; $x .= "x" x 1_000_000 for 1..80; $| = 1; print "x"; sleep 1000';
    await using jailed = await startJailed(
      when(`let count = 0; spawn('perl', ['-e', ${JSON.stringify(program)}]).stdout.on('data', (text) => {
        count += text.length;
        if (count === 3) setTimeout(done, 200);
      });`),
    );
    using status = openTreeStatus(jailed.pid, TREE);
    jailed.tell();
    await jailed.printed();
    expect(status?.look(0).memory?.own).toBeGreaterThan(3 * 80_000_000);
  });

  test('an orphan, and the child of one', async () => {
    const { threads } = await change(
      `spawn('/bin/sh', ['-c', '(sleep 1000 & sleep 1000 >/dev/null 2>&1 &) >/dev/null 2>&1']).once('close', done);`,
    );
    expect(threads).toBe(2);
  });

  test('files in memory by what they hold', async () => {
    const { own } = await change(`fs.writeFileSync('/tmp/big', Buffer.alloc(${48 * MiB}, 1)); done();`);
    expect(own).toBeGreaterThan(47 * MiB);
  });

  test('files in memory by their number, also empty ones', async () => {
    const { own } = await change(
      `for (let name = 0; name < 20000; name++) fs.closeSync(fs.openSync('/tmp/' + name, 'w')); done();`,
    );
    expect(own).toBeGreaterThan(19 * MiB);
  });

  test('what sockets can hold', async () => {
    const { own } = await change(`
      const net = require('node:net');
      const server = net.createServer().listen('/tmp/socket', () => {
        let open = 0;
        for (let count = 0; count < 100; count++) net.connect('/tmp/socket', () => ++open === 100 && done());
      });`);
    expect(own).toBeGreaterThan(30 * MiB);
  });

  test('what TCP holds', async () => {
    const { own } = await change(`
      const net = require('node:net');
      const server = net.createServer({ pauseOnConnect: true }).listen(0, '127.0.0.1', () => {
        const bytes = Buffer.alloc(1024 * 1024);
        let full = 0;
        for (let count = 0; count < 10; count++) {
          const socket = net.connect(server.address().port, '127.0.0.1', () => {
            socket.write(bytes);
            if (++full === 10) setTimeout(done, 100);
          });
        }
      });`);
    // Five sockets beyond those that are free, and at least 64 KiB for the receiver of each, counted twice.
    expect(own).toBeGreaterThan(5 * 200_000 + 10 * 2 * 65_536);
  });

  test('page tables of what is only read', async () => {
    // Each page of 4 KiB is in a region of 2 MiB of its own.
    const { own } = await change(`
      const all = new Uint8Array(new ArrayBuffer(2 ** 32));
      let sum = 0;
      for (let at = 0; at < all.length; at += 2 ** 21) sum += all[at];
      done();`);
    expect(own).toBeGreaterThan(2000 * 4096);
  });

  test('processor time, with that of children that have ended', async () => {
    await using jailed = await startJailed(
      when(`spawn(process.execPath, ['-e', 'for (let i = 0; i < 3e8; i++);']).once('close', done);`),
    );
    using status = openTreeStatus(jailed.pid, TREE);
    const before = status?.look().cpuMs ?? 0;
    jailed.tell();
    await jailed.printed();
    expect(status?.look().cpuMs).toBeGreaterThan(before + 50);
  });

  test('nothing once the first process has ended', async () => {
    const jailed = await startJailed(when(''));
    using status = openTreeStatus(jailed.pid, TREE);
    expect(status?.look().memory).not.toBeNull();
    await jailed[Symbol.asyncDispose]();
    expect([status?.look().memory, status?.look().cpuMs]).toEqual([null, null]);
    expect(openTreeStatus(jailed.pid, TREE)).toBeNull();
  });
});
