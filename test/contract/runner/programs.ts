/** What each language is tried with: what its own record can get wrong. Programs are named for what they do. */
export interface BasicPrograms {
  readonly language: string;
  /**
   * Prints its arguments, the variable GREETING, the file data/words.txt, what the module exports and its own file name, a line
   * each, and `err` on stderr. Then asks for a name without ending the line, greets, shouts each line up to the end, and ends with 7.
   */
  readonly everything: string;
  readonly module: { readonly path: string; readonly content: string };
  readonly fileName: string;
  /** Catches whatever can be caught and goes on for ever. */
  readonly neverGiveUp: string;
  /** Prints `before` and lets an error named Oops through in line 3; null where errors name no line. */
  readonly fail: string | null;
  /** Default: 1. */
  readonly failCode?: number;
  readonly syntaxError: string;
  /** Default: 1. */
  readonly syntaxErrorCode?: number;
  /** What stderr says then; default: `SyntaxError`. */
  readonly syntaxErrorText?: RegExp;
  /** Default: false. */
  readonly isCompiled?: boolean;
}

/** What one language of each launcher is tried with. */
export interface Programs extends BasicPrograms {
  readonly hello: string;
  /** Prints what stdin brings, in capitals. */
  readonly shoutStdin: string;
  /** Prints the variable GREETING. */
  readonly printGreeting: string;
  readonly printNotUtf8: string;
  readonly printLongLine: string;
  readonly printManyLines: string;
  readonly printForever: string;
  /** Prints `started`, then waits for ever. */
  readonly waitForever: string;
  readonly eatMemory: string;
}

export const LONG_LINE = 3_000_000;
export const MANY_LINES = 20_000;

const python: Programs = {
  language: 'python',
  everything: `import os, sys
from other import answer
for argument in sys.argv[1:]: print(argument)
print(os.environ["GREETING"])
print(open("data/words.txt").read())
print(answer)
print(os.path.basename(__file__))
print("err", file=sys.stderr)
print("hello", input("name? "), flush=True)
for line in sys.stdin: print(line.strip().upper(), flush=True)
print("end")
sys.exit(7)`,
  module: { path: 'other.py', content: 'answer = 42\n' },
  fileName: 'program.py',
  hello: 'print("hello")',
  shoutStdin: 'import sys\nprint(sys.stdin.read().upper(), end="")',
  printGreeting: 'import os\nprint(os.environ["GREETING"])',
  printNotUtf8: 'import sys\nsys.stdout.buffer.write(b"a\\xffb\\n")',
  printLongLine: `print("x" * ${LONG_LINE})`,
  printManyLines: `for i in range(${MANY_LINES}): print(i)`,
  printForever: 'while True: print("again and again")',
  waitForever: 'import time\nprint("started", flush=True)\nwhile True: time.sleep(1)',
  neverGiveUp: 'while True:\n  try:\n    while True: pass\n  except BaseException: pass',
  eatMemory: 'kept = []\nwhile True: kept.append(bytearray(b"x") * 1_000_000)',
  fail: 'class Oops(Exception): pass\nprint("before", flush=True)\nraise Oops("no")',
  syntaxError: 'def def',
};

const javascript: Programs = {
  language: 'javascript',
  everything: `import { createInterface } from 'node:readline';
import { readFileSync } from 'node:fs';
import { basename } from 'node:path';
import { answer } from './other.js';
for (const argument of process.argv.slice(2)) console.log(argument);
console.log(process.env.GREETING);
console.log(readFileSync('data/words.txt', 'utf8'));
console.log(answer);
console.log(basename(import.meta.filename));
console.error('err');
process.stdout.write('name? ');
let name;
for await (const line of createInterface({ input: process.stdin })) {
  console.log(name === undefined ? 'hello ' + line : line.toUpperCase());
  name ??= line;
}
console.log('end');
process.exit(7);`,
  module: { path: 'other.js', content: 'export const answer = 42;\n' },
  fileName: 'program.mjs',
  hello: 'console.log("hello")',
  shoutStdin:
    'import { readFileSync } from "node:fs";\nprocess.stdout.write(readFileSync(0, "utf8").toUpperCase())',
  printGreeting: 'console.log(process.env.GREETING)',
  printNotUtf8: 'process.stdout.write(Buffer.from([97, 255, 98, 10]))',
  printLongLine: `console.log("x".repeat(${LONG_LINE}))`,
  printManyLines: `for (let i = 0; i < ${MANY_LINES}; i++) console.log(i)`,
  printForever: 'for (;;) console.log("again and again")',
  waitForever: 'console.log("started");\nsetInterval(() => {}, 1000)',
  neverGiveUp: 'for (;;) {\n  try {\n    for (;;);\n  } catch {}\n}',
  eatMemory: 'const kept = [];\nfor (;;) kept.push(new Array(100_000).fill(1.5))',
  fail: 'class Oops extends Error { name = "Oops" }\nconsole.log("before");\nthrow new Oops("no")',
  syntaxError: 'let let =',
};

/** One language of each launcher that is made for one. */
export const PROGRAMS: readonly Programs[] = [python, javascript];
