import { HEADERS, SHORT, type Strain, TERSE } from './strain.ts';

/** Misuse of what it prints to and reads from. */
export const output: readonly Strain[] = [
  { name: 'prints for ever', language: 'bash', code: 'yes', ends: ['OUTPUT_LIMIT'], limits: TERSE },
  {
    name: 'prints for ever on stderr',
    language: 'bash',
    code: 'yes >&2',
    ends: ['OUTPUT_LIMIT'],
    limits: TERSE,
  },
  {
    name: 'prints from many processes',
    language: 'bash',
    code: 'for i in 1 2 3 4 5 6 7 8; do yes $i & done; wait',
    ends: ['OUTPUT_LIMIT'],
    limits: TERSE,
  },
  {
    name: 'prints bytes that are not UTF-8',
    language: 'c',
    code: `${HEADERS}int main(void) { static char all[65536]; memset(all, 0xff, sizeof all); for (;;) write(1, all, sizeof all); }`,
    ends: ['OUTPUT_LIMIT'],
    limits: TERSE,
  },
  {
    name: 'takes rights to its output away',
    language: 'bash',
    code: 'chmod 000 /proc/self/fd/1 /proc/self/fd/2; chmod 000 /dev/stdout; echo done',
    ends: ['EXITED'],
  },
  {
    name: 'reads its own output away',
    language: 'python',
    code: `import os, threading
threading.Thread(target=lambda: [os.read(os.open("/proc/self/fd/1", os.O_RDONLY), 10**6) for _ in range(9)], daemon=True).start()
for _ in range(1000): print("x" * 100, flush=True)
os._exit(0)`,
    ends: ['EXITED'],
  },
  {
    name: 'changes what its output is',
    language: 'c',
    code: `${HEADERS}int main(void) { for (int file = 0; file < 3; file++) { fcntl(file, F_SETFL, O_NONBLOCK | O_ASYNC); fcntl(file, F_SETPIPE_SZ, 4096); ftruncate(file, 0); lseek(file, 1 << 30, SEEK_SET); } for (int i = 0; i < 1000; i++) write(1, "line\\n", 5); }`,
    ends: ['EXITED'],
  },
  {
    name: 'closes all it has and goes on',
    language: 'c',
    code: `${HEADERS}int main(void) { for (int file = 0; file < 1024; file++) close(file); for (;;); }`,
    ends: ['TIMED_OUT'],
    limits: SHORT,
  },
  {
    name: 'closes its output and ends',
    language: 'bash',
    code: 'exec >&- 2>&- <&-; exit 0',
    ends: ['EXITED'],
  },
  {
    name: 'makes its stdin something else',
    language: 'bash',
    code: 'rm -rf /run/* /tmp/* /program/*; mkfifo /run/stdin /run/start /run/output; ln -s /proc/1/root /program/x; echo done',
    ends: ['EXITED'],
  },
  {
    name: 'speaks as a compiler does',
    language: 'bash',
    code: 'echo "compiled 0" >&3; echo "compiled 0"; for file in /proc/1/fd/*; do echo "compiled 1" >$file; done 2>/dev/null; echo done',
    ends: ['EXITED'],
  },
];
