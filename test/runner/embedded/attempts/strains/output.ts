import { SHORT, type Strain, TERSE } from './strain.ts';

/** Printing too much, and misusing the pipes. */
export const output: readonly Strain[] = [
  {
    name: 'prints for ever',
    language: 'javascript',
    code: `for (;;) console.log('y'.repeat(1000))`,
    ends: ['OUTPUT_LIMIT'],
    limits: TERSE,
  },
  {
    name: 'prints for ever on stderr',
    language: 'javascript',
    code: `for (;;) console.error('y'.repeat(1000))`,
    ends: ['OUTPUT_LIMIT'],
    limits: TERSE,
  },
  {
    name: 'prints 64 MiB at once',
    language: 'javascript',
    code: `
    const bytes = new Uint8Array(64 << 20).fill(65);
    for (let at = 0; at < bytes.length;) at += Deno.stdout.writeSync(bytes.subarray(at));`,
    ends: ['OUTPUT_LIMIT'],
    limits: TERSE,
  },
  {
    name: 'prints bytes that are not UTF-8',
    language: 'javascript',
    code: `
    const bytes = new Uint8Array(65536).fill(0xff);
    for (;;) Deno.stdout.writeSync(bytes);`,
    ends: ['OUTPUT_LIMIT'],
    limits: TERSE,
  },
  {
    name: 'prints a byte at a time',
    language: 'javascript',
    code: `
    const byte = new Uint8Array([65]);
    for (;;) Deno.stdout.writeSync(byte);`,
    ends: ['OUTPUT_LIMIT'],
    limits: { outputBytes: 10_000 },
  },
  {
    name: 'prints from a Worker',
    language: 'javascript',
    code: `
    new Worker('data:text/javascript,for (;;) console.log("y".repeat(1000))', { type: 'module' });`,
    ends: ['OUTPUT_LIMIT'],
    limits: TERSE,
  },
  {
    name: 'prints for ever',
    language: 'python',
    code: `while True: print("y" * 1000)`,
    ends: ['OUTPUT_LIMIT'],
    limits: TERSE,
  },
  {
    name: 'prints bytes that are not UTF-8',
    language: 'python',
    code: `
import os
while True: os.write(2, b"\\xff" * 65536)`,
    ends: ['OUTPUT_LIMIT'],
    limits: TERSE,
  },

  {
    name: 'says ready again',
    language: 'javascript',
    code: `console.log('ready'); console.log('ready')`,
    ends: ['EXITED'],
  },
  {
    name: 'closes its output and goes on',
    language: 'javascript',
    code: `Deno.stdout.close(); Deno.stderr.close(); for (;;);`,
    ends: ['TIMED_OUT'],
    limits: SHORT,
  },
  {
    name: 'closes its input and waits',
    language: 'javascript',
    code: `Deno.stdin.close(); setInterval(() => {}, 1000)`,
    ends: ['TIMED_OUT'],
    limits: SHORT,
  },
  {
    name: 'closes all it has and goes on',
    language: 'python',
    code: `
import os
os.closerange(0, 64)
while True: pass`,
    ends: ['TIMED_OUT'],
    limits: SHORT,
  },
];
