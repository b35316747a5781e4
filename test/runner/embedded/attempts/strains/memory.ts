import { SMALL, type Strain } from './strain.ts';

/** Taking memory, wherever it comes from. */
export const memory: readonly Strain[] = [
  {
    name: 'fills buffers',
    language: 'javascript',
    code: `const all = []; for (;;) all.push(new Uint8Array(1 << 24).fill(1))`,
    ends: ['OUT_OF_MEMORY'],
    limits: SMALL,
  },
  {
    name: 'fills the heap',
    language: 'javascript',
    code: `const all = []; for (;;) all.push({ a: Math.random(), b: [all.length] })`,
    ends: ['OUT_OF_MEMORY'],
    limits: SMALL,
  },
  {
    name: 'makes strings',
    language: 'javascript',
    code: `const all = []; for (;;) all.push(String(Math.random()).repeat(100000).split('').join(''))`,
    ends: ['OUT_OF_MEMORY'],
    limits: SMALL,
  },
  {
    name: 'fills WebAssembly memory',
    language: 'javascript',
    code: `
    const all = [];
    for (;;) { const memory = new WebAssembly.Memory({ initial: 256 }); new Uint8Array(memory.buffer).fill(1); all.push(memory); }`,
    ends: ['OUT_OF_MEMORY', 'EXITED'],
    limits: SMALL,
  },
  {
    name: 'fills shared memory',
    language: 'javascript',
    code: `const all = []; for (;;) all.push(new Uint8Array(new SharedArrayBuffer(1 << 24)).fill(1))`,
    ends: ['OUT_OF_MEMORY'],
    limits: SMALL,
  },
  {
    name: 'starts Workers that fill buffers',
    language: 'javascript',
    code: `
    const source = 'const all = []; for (;;) all.push(new Uint8Array(1 << 20).fill(1))';
    for (let i = 0; i < 50; i++) new Worker('data:text/javascript,' + source, { type: 'module' });`,
    ends: ['OUT_OF_MEMORY', 'SIGNALLED'],
    limits: SMALL,
  },
  {
    name: 'fills a database in memory',
    language: 'javascript',
    code: `
    import { DatabaseSync } from 'node:sqlite';
    const memory = new DatabaseSync(':memory:');
    memory.exec('create table t (a); with recursive c(x) as (select 1 union all select x + 1 from c) insert into t select randomblob(100000) from c');`,
    ends: ['OUT_OF_MEMORY', 'EXITED'],
    limits: SMALL,
  },
  {
    name: 'fills a list',
    language: 'python',
    code: `
all = []
while True: all.append(bytearray(1 << 22))`,
    ends: ['OUT_OF_MEMORY'],
    limits: SMALL,
  },
  {
    name: 'fills its file system',
    language: 'python',
    code: `
with open("/tmp/big", "wb") as file:
    while True: file.write(bytes(b"x" * (1 << 20)))`,
    ends: ['OUT_OF_MEMORY'],
    limits: SMALL,
  },
];
