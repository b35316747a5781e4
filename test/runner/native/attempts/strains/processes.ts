import { HEADERS, SHORT, type Strain } from './strain.ts';

/** What a bomb may come to: it is refused more, seen, killed by a signal of its own, or out of time or memory. */
const BOMB = {
  ends: ['OUT_OF_MEMORY', 'EXITED', 'SIGNALLED', 'TIMED_OUT'],
  limits: { timeoutMs: 4000 },
} as const;

/** Processes and threads without end, and those that would stay. */
export const processes: readonly Strain[] = [
  { name: 'a fork bomb', language: 'bash', code: 'bomb() { bomb | bomb & }; bomb; wait', ...BOMB },
  {
    name: 'a fork bomb',
    language: 'python',
    code: 'import os\nwhile True:\n try: os.fork()\n except OSError: pass',
    ...BOMB,
  },
  { name: 'a fork bomb', language: 'c', code: `${HEADERS}int main(void) { for (;;) fork(); }`, ...BOMB },
  {
    name: 'a fork bomb',
    language: 'javascript',
    code: `const { spawn } = require('node:child_process');
for (;;) spawn(process.execPath, [__filename], { stdio: 'ignore', detached: true }).on('error', () => {});`,
    ...BOMB,
  },
  {
    name: 'processes that each leave their parent and session',
    language: 'c',
    code: `${HEADERS}int main(void) { for (;;) if (fork() == 0) { setsid(); if (fork() > 0) _exit(0); } }`,
    ...BOMB,
  },
  {
    name: 'processes that share the memory of their parent',
    language: 'c',
    code: `${HEADERS}static char stacks[64][4096];
static int wait_for_ever(void *none) { for (;;) pause(); }
int main(void) { for (int i = 0;; i = (i + 1) % 64) clone(wait_for_ever, stacks[i] + 4096, CLONE_VM | CLONE_FILES | SIGCHLD, 0); }`,
    ...BOMB,
  },
  {
    name: 'ended processes that nobody waits for',
    language: 'c',
    code: `${HEADERS}int main(void) { for (;;) if (fork() == 0) _exit(0); }`,
    ...BOMB,
  },
  {
    name: 'threads',
    language: 'c',
    code: `${HEADERS}static void *wait_for_ever(void *none) { for (;;) pause(); }
int main(void) { pthread_t one; for (;;) pthread_create(&one, 0, wait_for_ever, 0); }`,
    ...BOMB,
  },
  {
    name: 'threads',
    language: 'python',
    code: 'import threading, time\nwhile True:\n try: threading.Thread(target=time.sleep, args=(99,)).start()\n except RuntimeError: pass',
    ...BOMB,
  },
  {
    name: 'Workers',
    language: 'javascript',
    code: `const { Worker } = require('node:worker_threads');
for (let i = 0; i < 2000; i++) new Worker('setInterval(() => {}, 1e6)', { eval: true }).on('error', () => {});`,
    ...BOMB,
  },
  {
    name: 'a daemon that outlives its program',
    language: 'bash',
    code: 'setsid nohup sleep 1000 >/dev/null 2>&1 & disown; exit 0',
    ends: ['EXITED'],
  },
  {
    name: 'a daemon that keeps the output open',
    language: 'bash',
    code: 'setsid sleep 1000 & disown; exit 0',
    ends: ['EXITED'],
  },
  {
    name: 'daemons that start each other again',
    language: 'python',
    code: `import os, time
if os.fork() == 0:
    os.setsid()
    while True:
        if os.fork() > 0: os._exit(0)
        time.sleep(0.001)
time.sleep(0.3)`,
    ends: ['EXITED'],
  },
  {
    name: 'ignoring every signal',
    language: 'c',
    code: `${HEADERS}int main(void) { for (int i = 1; i < 65; i++) signal(i, SIG_IGN); sigset_t all; sigfillset(&all); sigprocmask(SIG_BLOCK, &all, 0); for (;;) pause(); }`,
    ends: ['TIMED_OUT'],
    limits: SHORT,
  },
  {
    name: 'stopping itself and all others',
    language: 'bash',
    code: 'sleep 1000 & kill -STOP 1 -1; kill -STOP 0; kill -STOP $$; sleep 1000',
    ends: ['TIMED_OUT'],
    limits: SHORT,
  },
  {
    name: 'killing process 1',
    language: 'bash',
    code: 'for signal in KILL TERM HUP SEGV QUIT; do kill -$signal 1; done; sleep 0.1; echo alive',
    ends: ['EXITED', 'SIGNALLED'],
  },
  {
    name: 'killing everybody',
    language: 'bash',
    code: 'kill -KILL -1; echo alive',
    ends: ['EXITED', 'SIGNALLED'],
  },
  {
    name: 'leaving without closing anything',
    language: 'c',
    code: `${HEADERS}int main(void) { if (fork() == 0) for (;;) pause(); raise(SIGKILL); }`,
    ends: ['SIGNALLED'],
  },
  {
    name: 'dumping core',
    language: 'c',
    code: `${HEADERS}int main(void) { abort(); }`,
    ends: ['SIGNALLED'],
  },
];
