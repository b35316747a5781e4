import { describe } from 'vitest';
import type { LauncherName } from '../../../../src/runner/languages/language.ts';
import type { LauncherOptions } from '../../../support/launcher/launcher-process.ts';
import { findPython, TestLauncher } from '../../../support/launcher/launchers.ts';

/** Programs that do the same in each launcher's language. */
export interface Programs {
  readonly hello: string;
  /** Prints `on`, and goes on until it is killed. */
  readonly waits: string;
  /** As `waits`, and prints `asked` for each SIGTERM. */
  readonly ignoresTerm: string;
  /** Makes a file `started` in its working directory. */
  readonly leavesFile: string;
  /** Prints lines of 80 bytes without end. */
  readonly printsForEver: string;
  /** Starts a process in a session of its own that keeps stdout open, prints its number, and ends. */
  readonly leavesProcess: string;
  /** Sends its launcher every signal of its first argument, then prints `sent`. */
  readonly sendsSignals: string;
  /** Prints `on`, then all that it reads, as it comes, and `end` at the end of it. */
  readonly echoes: string;
  /** Prints how many bytes it read up to the end, and their SHA-256. */
  readonly digests: string;
  /** Closes its stdin, prints `closed`, and goes on until it is killed. */
  readonly closesStdin: string;
  /** Prints `on`, and a line for each interrupt. */
  readonly countsInterrupts: string;
  /** Ends itself by SIGSEGV. */
  readonly crashes: string;
  /** Prints so many bytes of text of one kind without a newline, at once. */
  writes(text: string, times: number): string;
}

const PYTHON: Programs = {
  hello: 'print("hello")',
  waits: 'import time\nprint("on")\ntime.sleep(600)',
  ignoresTerm: `import os, signal, time
signal.signal(signal.SIGTERM, lambda *_: os.write(1, b"asked\\n"))
print("on")
while True: time.sleep(0.1)`,
  leavesFile: 'open("started", "w").close()',
  printsForEver: 'i = 0\nwhile True:\n    print(str(i).rjust(79))\n    i += 1',
  leavesProcess: `import subprocess
print(subprocess.Popen(["sleep", "60"], start_new_session=True).pid)`,
  sendsSignals: `import os, sys
for number in sys.argv[1].split(","): os.kill(os.getppid(), int(number))
print("sent")`,
  echoes: `import os
print("on", flush=True)
while data := os.read(0, 1 << 16): os.write(1, data)
print("end")`,
  digests: `import hashlib, sys
data = sys.stdin.buffer.read()
print(len(data), hashlib.sha256(data).hexdigest())`,
  closesStdin: 'import os, time\nos.close(0)\nprint("closed")\ntime.sleep(600)',
  countsInterrupts: `import os, signal, time
signal.signal(signal.SIGINT, lambda *_: os.write(1, b"interrupted\\n"))
print("on")
while True: time.sleep(0.1)`,
  crashes: 'import os, signal\nos.kill(os.getpid(), signal.SIGSEGV)',
  writes: (text, times) => `import sys\nsys.stdout.write(${JSON.stringify(text)} * ${times})`,
};

const JAVASCRIPT: Programs = {
  hello: 'console.log("hello")',
  waits: 'console.log("on"); setInterval(() => {}, 1000)',
  ignoresTerm: `process.on('SIGTERM', () => console.log('asked')); console.log('on'); setInterval(() => {}, 1000)`,
  leavesFile: `require('fs').writeFileSync('started', '')`,
  printsForEver: 'for (let i = 0; ; i++) console.log(String(i).padStart(79))',
  leavesProcess: `const { spawn } = require('child_process');
const child = spawn('sleep', ['60'], { detached: true, stdio: 'inherit' });
console.log(child.pid); process.exit(0)`,
  sendsSignals: `for (const number of process.argv[2].split(',')) process.kill(process.ppid, Number(number));
console.log('sent')`,
  echoes: `console.log('on'); process.stdin.on('end', () => console.log('end')).pipe(process.stdout, { end: false })`,
  digests: `const hash = require('crypto').createHash('sha256'); let bytes = 0;
process.stdin.on('data', (part) => { hash.update(part); bytes += part.length; });
process.stdin.on('end', () => console.log(bytes, hash.digest('hex')))`,
  closesStdin: `process.stdin.destroy(); setTimeout(() => console.log('closed'), 50); setInterval(() => {}, 1000)`,
  countsInterrupts: `process.on('SIGINT', () => console.log('interrupted')); console.log('on'); setInterval(() => {}, 1000)`,
  crashes: `process.kill(process.pid, 'SIGSEGV'); setInterval(() => {}, 1000)`,
  writes: (text, times) => `process.stdout.write(${JSON.stringify(text)}.repeat(${times}))`,
};

export interface Launcher {
  readonly name: LauncherName;
  readonly programs: Programs;
  /** Starts one as a plain process; it acknowledges nothing unless told to. */
  start(options?: Partial<LauncherOptions>): Promise<TestLauncher>;
}

const TABLE: readonly Launcher[] = (
  [
    ['python', PYTHON],
    ['javascript', JAVASCRIPT],
  ] as const
).map(([name, programs]) => ({ name, programs, start: (options) => TestLauncher.start(name, options) }));

/** Runs the suite for each launcher; a machine without python3 has only one of them, and says so. */
export function eachLauncher(suite: (launcher: Launcher) => void): void {
  for (const launcher of TABLE) {
    const why = launcher.name === 'python' ? whyNoPython() : null;
    if (why !== null) process.stderr.write(`The suite of the Python launcher is skipped: ${why}\n`);
    describe.skipIf(why !== null)(`the ${launcher.name} launcher`, () => suite(launcher));
  }
}

function whyNoPython(): string | null {
  try {
    findPython();
    return null;
  } catch (error) {
    return String(error);
  }
}
