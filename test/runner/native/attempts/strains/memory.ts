import { HEADERS, SMALL, type Strain } from './strain.ts';

const FULL = { ends: ['OUT_OF_MEMORY'], limits: SMALL } as const;
/** Refused by the kernel, or seen. */
const BOUND = { ends: ['OUT_OF_MEMORY', 'EXITED', 'SIGNALLED'], limits: SMALL } as const;
const NEVER = 'for (;;) pause();';

/** Memory, whoever owns it. */
export const memory: readonly Strain[] = [
  {
    name: 'its heap',
    language: 'c',
    code: `${HEADERS}int main(void) { for (;;) fill(malloc(1 << 20), 1 << 20); }`,
    ...BOUND,
  },
  {
    name: 'its heap',
    language: 'python',
    code: 'all = []\nwhile True: all.append(bytearray(b"x" * (1 << 20)))',
    ...BOUND,
  },
  {
    name: 'its heap',
    language: 'javascript',
    code: 'const all = []; for (;;) all.push(Buffer.alloc(1 << 20, 1))',
    ...BOUND,
  },
  { name: 'its heap', language: 'bash', code: 'x=xxxxxxxxxxxxxxxx; while :; do x=$x$x; done', ...BOUND },
  {
    name: 'shared memory',
    language: 'c',
    code: `${HEADERS}int main(void) { for (;;) fill(mmap(0, 1 << 20, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0), 1 << 20); }`,
    ...BOUND,
  },
  {
    name: 'memory of many children',
    language: 'c',
    code: `${HEADERS}int main(void) { for (int i = 0; i < 50; i++) if (fork() == 0) { fill(malloc(8 << 20), 8 << 20); ${NEVER} } ${NEVER} }`,
    ...FULL,
  },
  { name: 'a file', language: 'bash', code: 'cat /dev/zero >/tmp/big; sleep 99', ...FULL },
  {
    name: 'a file that no name leads to',
    language: 'c',
    code: `${HEADERS}int main(void) { int file = open("/tmp/x", O_CREAT | O_RDWR, 0600); unlink("/tmp/x"); static char bytes[1 << 20]; for (;;) if (write(file, bytes, sizeof bytes) < 0) pause(); }`,
    ...FULL,
  },
  {
    name: 'a file that is only reserved',
    language: 'c',
    code: `${HEADERS}int main(void) { posix_fallocate(open("/dev/shm/x", O_CREAT | O_RDWR, 0600), 0, 200 << 20); ${NEVER} }`,
    ...FULL,
  },
  {
    name: 'files in every directory that can be written',
    language: 'bash',
    code: 'for directory in /program /tmp /dev/shm /run; do head -c 40M /dev/zero >$directory/x; done; sleep 99',
    ...FULL,
  },
  {
    name: 'empty files',
    language: 'python',
    code: 'for name in range(10**7): open(f"/tmp/{name}", "w").close()',
    ...FULL,
  },
  {
    name: 'directories in directories',
    language: 'c',
    code: `${HEADERS}int main(void) { for (;;) { mkdir("/tmp/d", 0700); if (chdir("/tmp/d") != 0) pause(); for (int i = 0; i < 1000; i++) { mkdir("d", 0700); if (chdir("d") != 0) pause(); } rename("/tmp/d", tempnam("/tmp", "d")); } }`,
    ...FULL,
  },
  {
    name: 'buffers of sockets',
    language: 'c',
    code: `${HEADERS}static char bytes[65536];
int main(void) { for (int i = 0; i < 8; i++) fork();
for (;;) { int ends[2]; if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK, 0, ends) != 0) pause();
for (int i = 0; i < 2; i++) { int size = 1 << 22; setsockopt(ends[i], SOL_SOCKET, SO_SNDBUF, &size, sizeof size); while (write(ends[i], bytes, sizeof bytes) > 0); } } }`,
    ...FULL,
  },
  {
    name: 'buffers of TCP',
    language: 'python',
    code: `import socket
listening = socket.create_server(("127.0.0.1", 0))
all = []
while True:
    one = socket.create_connection(listening.getsockname()); two, _ = listening.accept()
    one.setblocking(False)
    try:
        while True: one.send(b"x" * (1 << 20))
    except BlockingIOError: pass
    all += [one, two]`,
    ...BOUND,
  },
  {
    name: 'page tables',
    language: 'c',
    code: `${HEADERS}int main(void) { volatile long sum = 0; for (;;) { char *all = mmap(0, 1l << 36, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0); if (all == MAP_FAILED) pause(); madvise(all, 1l << 36, MADV_NOHUGEPAGE); for (long at = 0; at < 1l << 36; at += 1 << 21) sum += all[at]; } }`,
    ...FULL,
  },
  {
    name: 'buffers of pipes',
    language: 'c',
    code: `${HEADERS}static char bytes[1 << 20];
int main(void) { for (int i = 0; i < 3; i++) fork();
for (;;) { int ends[2]; if (pipe2(ends, O_NONBLOCK) != 0) { sleep(2); _exit(0); } fcntl(ends[1], F_SETPIPE_SZ, 1 << 20); write(ends[1], bytes, sizeof bytes); } }`,
    ...BOUND,
  },
];
