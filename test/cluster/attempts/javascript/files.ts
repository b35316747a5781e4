import { type Attempt, LONG, SHORT } from '../attempt.ts';

/** Files, and what it prints or does not. */
export const files: readonly Attempt[] = [
  {
    // One that goes on gets evicted once the kubelet has looked, which may take a minute: ../../service/ends has that.
    name: 'fills its directories and the termination log',
    code: `
import fs from 'node:fs';
process.on('SIGXFSZ', () => {});
const piece = Buffer.alloc(1024 * 1024, 'x');
for (const name of ['/dev/termination-log', '/program/a', '/tmp/a', '/dev/shm/a', '/program/b']) {
  try {
    const file = fs.openSync(name, 'w');
    for (let count = 0; count < 256; count++) fs.writeSync(file, piece);
    fs.closeSync(file);
  } catch (error) { fs.writeSync(1, name + ' ' + error.code + '\\n'); }
}
console.log('made');
setInterval(() => {}, 1000);`,
    ends: ['EVICTED', 'TIMED_OUT', 'OUT_OF_MEMORY'],
    limits: { timeoutMs: 8000 },
  },
  {
    name: 'removes its own file, its directory and all it may',
    code: `
import fs from 'node:fs';
fs.renameSync('/program/main.js', '/program/other.js');
fs.mkdirSync('/program/main.js');
for (const place of ['/program', '/tmp', '/dev']) {
  for (const name of fs.readdirSync(place)) try { fs.rmSync(place + '/' + name, { recursive: true, force: true }); } catch {}
  try { fs.chmodSync(place, 0); } catch {}
}
console.log('made');
process.exit(3);`,
    ends: ['EXITED'],
    tells: /made/,
    limits: LONG,
  },
  {
    name: 'closes stdout and stderr, and stays',
    code: `
import fs from 'node:fs';
fs.writeSync(1, 'made\\n');
for (const descriptor of [0, 1, 2]) fs.closeSync(descriptor);
setInterval(() => {}, 1000);`,
    ends: ['TIMED_OUT'],
    tells: /^made\n$/,
    limits: SHORT,
  },
  {
    name: 'two bytes at a time, for ever',
    code: `
import fs from 'node:fs';
for (;;) fs.writeSync(1, 'ab');`,
    ends: ['TIMED_OUT', 'OUTPUT_LIMIT'],
    tells: /^(?:ab)+a?$/,
    limits: { timeoutMs: 3000, outputBytes: 1_000_000 },
  },
  {
    name: 'a flood on stderr',
    code: `
import fs from 'node:fs';
const piece = 'flood\\n'.repeat(1000);
for (;;) fs.writeSync(2, piece);`,
    ends: ['OUTPUT_LIMIT'],
    tells: /^(?:flood\n)+(?:f|fl|flo|floo|flood)?$/,
    limits: { ...LONG, outputBytes: 1_000_000 },
  },
];
