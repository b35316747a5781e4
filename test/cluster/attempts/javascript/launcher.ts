import { type Attempt, LONG, SHORT } from '../attempt.ts';
import { LIES } from './lies.ts';

/** What only a system call can do; the test bed's image for JavaScript has Python too. */
const byPython = (code: string, then: string): string => `
import { spawnSync } from 'node:child_process';
const { stdout, stderr, error } = spawnSync('python3', ['-c', ${JSON.stringify(code)}], { encoding: 'utf8' });
console.log(error ?? stdout + stderr);
${then}`;

const PRINT = `
for (let number = 0; number < 300; number++) console.log('line ' + number + 'x'.repeat(2000));
await new Promise((resolve) => setTimeout(resolve, 300));
console.log('made');
process.exit(3);`;

const limited = (...resources: string[]): string =>
  byPython(
    `
import resource
for name in ${JSON.stringify(resources)}:
    try: resource.prlimit(1, getattr(resource, "RLIMIT_" + name), (0, 0))
    except OSError as error: print(name, error)
print("limited")`,
    PRINT,
  );

/** What one uid may do to process 1. */
export const launcher: readonly Attempt[] = [
  {
    name: 'every signal to process 1',
    code: `
import os from 'node:os';
for (let number = 1; number < 65; number++) { try { process.kill(1, number); } catch (error) { console.log(number, error.code); } }
try { process._debugProcess(1); } catch {}
${PRINT}`,
    ends: ['EXITED', 'INTERRUPTED'],
    limits: LONG,
  },
  {
    name: 'SIGSTOP, SIGTERM and SIGKILL to all there are',
    code: `
import { spawn } from 'node:child_process';
process.on('SIGTERM', () => {});
for (const signal of ['SIGSTOP', 'SIGTERM', 'SIGKILL']) {
  spawn('sleep', ['600'], { stdio: 'ignore' });
  process.kill(-1, signal);
}
${PRINT}`,
    ends: ['EXITED', 'SIGNALLED', 'INTERRUPTED'],
    limits: LONG,
  },
  {
    name: 'orders in the place of the server',
    code: `${LIES}
const descriptor = open('/proc/1/fd/0');
for (const order of ['x'.repeat(300_000), '', 'run ' + word + ' 1 y z', 'ack 99999', 'hello ' + word + ' 0', 'bye', 'stop ' + word + ' 0', 'hello '.repeat(9000)]) {
  if (descriptor !== null) tell(descriptor, order + '\\n');
}
${PRINT}`,
    ends: ['EXITED', 'INTERRUPTED'],
    limits: LONG,
  },
  {
    name: 'takes what the server sends to its launcher',
    code: `${LIES}
import { execFile } from 'node:child_process';
for (let thief = 0; thief < 3; thief++) execFile('/bin/sh', ['-c', 'cat /proc/1/fd/0 >/tmp/stolen' + thief]);
const piece = ('x'.repeat(99) + '\\n').repeat(600);
for (let count = 0; count < 150; count++) fs.writeSync(1, piece);
process.exit(3);`,
    ends: ['EXITED', 'TIMED_OUT', 'INTERRUPTED'],
    limits: { timeoutMs: 4000 },
  },
  {
    name: 'no descriptor and no file size for process 1',
    code: limited('NOFILE', 'FSIZE'),
    ends: ['EXITED', 'INTERRUPTED'],
    limits: LONG,
  },
  {
    name: 'no memory, processor time and processes for process 1',
    code: limited('AS', 'DATA', 'STACK', 'NPROC', 'CPU'),
    ends: ['EXITED', 'INTERRUPTED', 'SIGNALLED'],
    limits: LONG,
  },
  {
    name: 'ptrace of process 1, held for ever',
    code: byPython(
      `
import ctypes, time
libc = ctypes.CDLL(None, use_errno=True)
attached = [request for request in (16, 0x4206) if libc.ptrace(request, 1, None, None) == 0]
print("made", attached, flush=True)
if attached: time.sleep(600)`,
      'process.exit(3);',
    ),
    ends: ['EXITED', 'TIMED_OUT', 'INTERRUPTED'],
    limits: SHORT,
  },
];
