import { type Attempt, LONG, SHORT } from '../attempt.ts';

/** Processes and what else there is a number of; none of it is without a bound, should nothing else be. */
export const processes: readonly Attempt[] = [
  {
    name: 'a fork bomb',
    code: `
import { spawn } from 'node:child_process';
let count = 0;
try {
  for (; count < 2000; count++) {
    const child = spawn('sleep', ['600'], { stdio: 'ignore' });
    child.on('error', () => {});
    if (child.pid === undefined) break;
  }
} catch (error) { console.log(error.code); }
console.log('made', count < 300 ? 'bounded' : count);
process.exit(3);`,
    ends: ['EXITED', 'OUT_OF_MEMORY'],
    // Where memory does not end it first. Launchers say 256.
    tells: /^(.*\n)?(made bounded\n)?$/,
    limits: LONG,
  },
  {
    name: 'a Worker bomb',
    code: `
import { Worker } from 'node:worker_threads';
for (let count = 0; count < 500; count++) new Worker('setInterval(() => {}, 1e6)', { eval: true }).on('error', () => {});
console.log('made');`,
    ends: ['EXITED', 'OUT_OF_MEMORY', 'SIGNALLED', 'TIMED_OUT'],
    limits: { timeoutMs: 4000, memoryMb: 128 },
  },
  {
    name: 'ten thousand open files',
    code: `
import fs from 'node:fs';
const held = [];
try { for (let count = 0; count < 10_000; count++) held.push(fs.openSync('/program/main.js')); } catch (error) { fs.writeSync(1, error.code); }
fs.writeSync(1, 'made\\n');
process.exit(3);`,
    ends: ['EXITED'],
    tells: /made/,
    limits: LONG,
  },
  {
    name: 'daemons: one goes on printing, one keeps stdout open, one lets all go and spins',
    code: `
import { spawn } from 'node:child_process';
const ignoring = 'trap "" HUP INT TERM; ';
for (const [script, stdio] of [['while :; do echo daemon; done', 'inherit'], ['sleep 600', 'inherit'], ['while :; do :; done', 'ignore']]) {
  spawn('/bin/sh', ['-c', ignoring + '(setsid /bin/sh -c ' + "'" + ignoring + script + "'" + ' &)'], { stdio, detached: true }).unref();
}
await new Promise((resolve) => setTimeout(resolve, 300));
console.log('made');
process.exit(3);`,
    ends: ['EXITED'],
    tells: /made/,
    limits: LONG,
  },
  {
    name: 'SIGSTOP to itself and to all',
    code: `
import { spawn } from 'node:child_process';
spawn('sleep', ['600'], { stdio: 'ignore' });
console.log('made');
process.kill(-1, 'SIGSTOP');
process.kill(process.pid, 'SIGSTOP');
for (;;) {}`,
    ends: ['TIMED_OUT'],
    tells: /made/,
    limits: SHORT,
  },
  {
    name: 'memory of its own, outside of the heap',
    code: `
console.log('made');
const held = [];
for (;;) held.push(Buffer.alloc(4 * 1024 * 1024, 1));`,
    ends: ['OUT_OF_MEMORY'],
    tells: /made/,
    limits: { ...LONG, memoryMb: 64 },
  },
];
