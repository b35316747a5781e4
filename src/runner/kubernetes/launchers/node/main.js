import { createHash } from 'node:crypto';
import * as fs from 'node:fs';
import { MiB } from './bounds.js';
import { Child } from './child.js';
import { Chunker } from './chunker.js';
import { Disk } from './disk.js';
import { OutputFiles } from './files.js';
import { Meter } from './meter.js';
import { Outlet } from './outlet.js';
import { BOUNDS, PIPES, SHELL } from './pipes.js';
import { Lines, parsePayload } from './receive.js';
import { Session } from './session.js';
import { directory, giveUp, isShell, TEMPORARY } from './start.js';

/** Signals that Node or a default action would make dangerous, coming from the program. */
const IGNORED = ['SIGINT', 'SIGHUP', 'SIGQUIT', 'SIGUSR1', 'SIGUSR2', 'SIGPIPE', 'SIGALRM', 'SIGVTALRM'];
const ALSO_IGNORED = ['SIGIO', 'SIGPWR', 'SIGSTKFLT', 'SIGTSTP', 'SIGTTIN', 'SIGTTOU', 'SIGXCPU', 'SIGWINCH'];

let session = null;

for (const signal of [...IGNORED, ...ALSO_IGNORED]) {
  try {
    process.on(signal, () => {});
  } catch {
    // Not known here.
  }
}
process.on('SIGTERM', () => {
  if (session === null) process.exit(0);
  session.terminate();
});
process.on('uncaughtException', (error) => {
  const places = String(error?.stack)
    .split('\n')
    .filter((line) => /^ {4}at /.test(line));
  giveUp(`${error?.name} ${error?.code ?? ''}\n${places.join('\n')}`);
});

/** The first child that gets ready; with fewer bounds where there is no shell, or it cannot give them. */
async function readyChild() {
  fs.mkdirSync(directory, { recursive: true });
  const ways = [
    { bounds: BOUNDS, pipes: PIPES },
    { bounds: BOUNDS, pipes: '' },
    { bounds: '', pipes: '' },
  ];
  const script = isShell ? `${TEMPORARY}/.podline-${process.pid}` : null;
  for (const way of fs.existsSync(SHELL) ? ways : ways.slice(-1)) {
    const child = new Child({ ...way, script });
    process.once('exit', () => child.killAll());
    if (await child.isReady) return { child, way: { ...way, script } };
    child.destroy();
    await child.exited;
  }
  return giveUp('No Node got ready to run a program.');
}

/** Goes through what comes with a payload, so that the first one finds it compiled. */
function warmUp(child) {
  const json = JSON.stringify({
    fileName: 'a',
    code: '',
    stdin: '',
    args: [],
    files: [],
    env: [],
    limits: {},
  });
  const hash = createHash('sha256').update(json).digest('hex');
  parsePayload(Buffer.from(`run a ${json.length} ${hash} ${json}`));
  const chunker = new Chunker({ last: 0, chunk() {}, flush() {} }, MiB, () => {});
  for (const text of ['a\n', 'b']) chunker.push(1, Buffer.from(text));
  chunker.end();
  fs.writeFileSync('/dev/null', '');
  new Meter(child.pid, () => child.processes(), child.baseline).sample();
  new Disk(() => child.processes()).sample();
  const files = new OutputFiles('', directory, ['**/a']);
  files.begin(true);
  files.close();
  if (!isShell) child.warmUp();
}

const { child, way } = await readyChild();
warmUp(child);
session = new Session(new Outlet(), child, way);
const lines = new Lines((line) => session.receive(line));
process.stdin.on('data', (bytes) => lines.push(bytes));
process.stdin.on('error', () => {});
