/** Programs, each named for what it does; in Python unless they say otherwise. */

/** Prints `line 1`, `line 2`, …, one each `everyMs` milliseconds; then ends with 0. */
export const lines = (count: number, everyMs: number): string => `
import time
for line in range(1, ${count} + 1):
    print("line", line, flush=True)
    time.sleep(${everyMs / 1000})
`;

/** What `lines(count, …)` prints. */
export const linesText = (count: number): string =>
  Array.from({ length: count }, (_, index) => `line ${index + 1}\n`).join('');

/** Prints `first`, then does nothing for longer than any test. */
export const SLEEPS = `
import time
print("first", flush=True)
time.sleep(600)
`;

/** Prints `first`, then ends itself by a signal. */
export const signalsItself = (signal: 'SIGSEGV' | 'SIGKILL'): string => `
import os, signal
print("first", flush=True)
os.kill(os.getpid(), signal.${signal})
`;

/** Prints `first`, then spins, whatever SIGTERM asks for. */
export const IGNORES_SIGTERM = `
import signal
signal.signal(signal.SIGTERM, signal.SIG_IGN)
print("first", flush=True)
while True: pass
`;

/** Prints `first`, and `last` when it is asked to end. */
export const SAYS_GOODBYE = `
import signal, sys, time
def end(signal_number, frame):
    print("last", flush=True)
    sys.exit(3)
signal.signal(signal.SIGTERM, end)
print("first", flush=True)
time.sleep(600)
`;

/** Prints `first`, then takes memory piece by piece, and touches it. */
export const TAKES_MEMORY = `
print("first", flush=True)
held = []
while True: held.append(bytearray(1024 * 1024))
`;

/** Prints `first`, then takes a gibibyte at once: faster than anybody can look. */
export const TAKES_MEMORY_AT_ONCE = `
print("first", flush=True)
held = b"x" * 1024 ** 3
print(len(held))
`;

/** Prints numbered lines for ever, as fast as it can. */
export const FLOODS = `
line = 0
while True:
    line += 1
    print("line", line)
`;

/** Print `first`, then take 600 MiB of their disk at once, before a node looks, and wait for what comes. */
export const FLOODS_ITS_DISK = {
  python: `
import os, time
print("first", flush=True)
for place in ("/program/a", "/tmp/b", "/tmp/c"):
    os.posix_fallocate(os.open(place, os.O_CREAT | os.O_WRONLY), 0, 200 << 20)
time.sleep(600)
`,
  javascript: `
    import { closeSync, openSync, writeSync } from 'node:fs';
    console.log('first');
    const piece = Buffer.alloc(1 << 20, 'x');
    for (const place of ['/program/a', '/tmp/b', '/tmp/c']) {
      const file = openSync(place, 'w');
      for (let count = 0; count < 200; count++) writeSync(file, piece);
      closeSync(file);
    }
    await new Promise((resolve) => setTimeout(resolve, 600_000));
  `,
} as const;

/** Print `first`, then write 400 MiB to their disk, 16 MiB a file, which their launcher allows, and wait for what comes. */
export const FILLS_ITS_DISK = {
  python: `
import time
print("first", flush=True)
for number in range(25):
    with open(f"piece-{number}", "wb") as file: file.write(b"x" * 16 * 1024 * 1024)
time.sleep(600)
`,
  javascript: `
    import { writeFileSync } from 'node:fs';
    console.log('first');
    for (let number = 0; number < 25; number++) writeFileSync('piece-' + number, 'x'.repeat(16 * 1024 * 1024));
    await new Promise((resolve) => setTimeout(resolve, 600_000));
  `,
} as const;
