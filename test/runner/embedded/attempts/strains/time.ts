import { SHORT, type Strain } from './strain.ts';

/** Not ending. */
export const time: readonly Strain[] = [
  { name: 'loops', language: 'javascript', code: `for (;;);`, ends: ['TIMED_OUT'], limits: SHORT },
  {
    name: 'waits for nothing',
    language: 'javascript',
    code: `Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0)`,
    ends: ['TIMED_OUT'],
    limits: SHORT,
  },
  {
    name: 'makes microtasks',
    language: 'javascript',
    code: `const again = () => queueMicrotask(again); again()`,
    ends: ['TIMED_OUT'],
    limits: SHORT,
  },
  {
    name: 'loops in a Worker',
    language: 'javascript',
    code: `new Worker('data:text/javascript,for (;;);', { type: 'module' })`,
    ends: ['TIMED_OUT'],
    limits: SHORT,
  },
  {
    name: 'takes all signals',
    language: 'javascript',
    code: `
    for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP', 'SIGQUIT', 'SIGUSR1', 'SIGUSR2', 'SIGXFSZ']) Deno.addSignalListener(signal, () => {});
    for (;;);`,
    ends: ['TIMED_OUT'],
    limits: SHORT,
  },
  {
    name: 'suspends itself',
    language: 'javascript',
    code: `Deno.kill(Deno.pid, 'SIGSTOP'); for (;;);`,
    ends: ['TIMED_OUT'],
    limits: SHORT,
  },
  {
    name: 'replaces the end of its process',
    language: 'javascript',
    code: `Deno.exit = () => {}; globalThis.addEventListener('unload', () => { for (;;); }); setTimeout(() => process.exit(0), 0)`,
    ends: ['TIMED_OUT', 'EXITED'],
    limits: SHORT,
  },
  {
    name: 'catches everything and loops',
    language: 'python',
    code: `
while True:
    try:
        while True: pass
    except BaseException:
        pass`,
    ends: ['TIMED_OUT'],
    limits: SHORT,
  },
  {
    name: 'sleeps',
    language: 'python',
    code: `import time; time.sleep(3600)`,
    ends: ['TIMED_OUT'],
    limits: SHORT,
  },
  {
    name: 'stays in atexit',
    language: 'python',
    code: `
import atexit
@atexit.register
def stay():
    while True: pass`,
    ends: ['TIMED_OUT'],
    limits: SHORT,
  },
];
