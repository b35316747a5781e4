import type { Strain } from './strain.ts';

/** Taking whatever else there is a finite number of, and ending in odd ways. */
export const processes: readonly Strain[] = [
  {
    name: 'recurses',
    language: 'javascript',
    code: `const down = () => down() + 1; down()`,
    ends: ['EXITED'],
  },
  {
    name: 'recurses',
    language: 'python',
    code: `
import sys
sys.setrecursionlimit(10 ** 9)
down = lambda: down() + 1
down()`,
    ends: ['EXITED', 'OUT_OF_MEMORY', 'SIGNALLED'],
  },
  {
    name: 'opens files',
    language: 'javascript',
    code: `const all = []; for (;;) all.push(Deno.openSync('main.js'))`,
    ends: ['EXITED'],
  },
  {
    name: 'starts Workers',
    language: 'javascript',
    code: `
    for (let i = 0; i < 2000; i++) new Worker('data:text/javascript,setInterval(() => {}, 1e6)', { type: 'module' });`,
    ends: ['OUT_OF_MEMORY', 'SIGNALLED', 'EXITED', 'TIMED_OUT'],
    limits: { timeoutMs: 3000, memoryMb: 128 },
  },

  {
    name: 'ends itself with a signal',
    language: 'javascript',
    code: `Deno.kill(Deno.pid, 'SIGKILL')`,
    ends: ['SIGNALLED'],
  },
  { name: 'aborts', language: 'javascript', code: `process.abort()`, ends: ['SIGNALLED'] },
  {
    name: 'makes the runtime panic',
    language: 'javascript',
    code: `Deno[Deno.internal].core.ops.op_panic('x')`,
    ends: ['EXITED', 'SIGNALLED'],
  },
  {
    name: 'leaves timers and Workers behind',
    language: 'javascript',
    code: `
    new Worker('data:text/javascript,for (;;);', { type: 'module' });
    setInterval(() => {}, 1);
    setTimeout(() => Deno.exit(0), 50);`,
    ends: ['EXITED'],
  },
  {
    name: 'calls a function that is none',
    language: 'python',
    code: `import ctypes; ctypes.CFUNCTYPE(None)(123456789)()`,
    ends: ['EXITED', 'SIGNALLED'],
  },
  {
    name: 'writes into all memory',
    language: 'python',
    code: `import ctypes; ctypes.memset(0, 255, 1 << 24)`,
    ends: ['EXITED', 'SIGNALLED', 'TIMED_OUT', 'OUT_OF_MEMORY'],
    limits: { timeoutMs: 3000 },
  },
];
