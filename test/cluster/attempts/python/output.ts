import { type Attempt, LONG, SHORT } from '../attempt.ts';

/** What it prints, or does not. */
export const output: readonly Attempt[] = [
  {
    name: 'closes stdout and stderr, and stays',
    code: `
import os, time
os.write(1, b"made\\n")
os.closerange(0, 256)
time.sleep(600)`,
    ends: ['TIMED_OUT'],
    tells: /^made\n$/,
    limits: SHORT,
  },
  {
    name: 'two bytes at a time, for ever',
    code: `
import os
while True: os.write(1, b"ab")`,
    ends: ['TIMED_OUT', 'OUTPUT_LIMIT'],
    tells: /^(?:ab)+a?$/,
    limits: { timeoutMs: 3000, outputBytes: 1_000_000 },
  },
  {
    name: 'a flood on stderr',
    code: `
import os
piece = b"flood\\n" * 1000
while True: os.write(2, piece)`,
    ends: ['OUTPUT_LIMIT'],
    tells: /^(?:flood\n)+(?:f|fl|flo|floo|flood)?$/,
    limits: { ...LONG, outputBytes: 1_000_000 },
  },
  {
    name: 'reads its own output back, and makes its pipes small and impatient',
    code: `
import fcntl, os, sys
for descriptor in (0, 1, 2):
    for command, value in ((fcntl.F_SETFL, os.O_NONBLOCK | os.O_ASYNC | os.O_DIRECT), (1031, 4096), (fcntl.F_SETFL, 0)):
        try: fcntl.fcntl(descriptor, command, value)
        except OSError as error: os.write(2, str(error).encode())
try:
    back = os.open("/proc/self/fd/1", os.O_RDWR | os.O_NONBLOCK)
    for _ in range(1000):
        os.write(1, b"stolen\\n")
        try: os.read(back, 100)
        except BlockingIOError: pass
except OSError as error: os.write(2, str(error).encode())
os.write(1, b"made\\n")
sys.exit(3)`,
    ends: ['EXITED'],
    tells: /made\n$/,
    limits: LONG,
  },
];
