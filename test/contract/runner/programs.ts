/** Programs that do the same in each language, named for what they do. */
export interface Programs {
  readonly language: string;
  readonly hello: string;
  /** Prints each argument on a line. */
  readonly printArguments: string;
  /** Prints what stdin brings, in capitals. */
  readonly shoutStdin: string;
  /** Prints the variable GREETING. */
  readonly printGreeting: string;
  /** Prints the file data/words.txt beside it. */
  readonly printFile: string;
  /** Prints what the module beside it (`module`, null where there are none) exports. */
  readonly importModule: string;
  readonly module: { readonly path: string; readonly content: string } | null;
  /** Prints its own file name without folders. */
  readonly printFileName: string;
  readonly otherFileName: string;
  readonly printToBoth: string;
  readonly printWithoutNewline: string;
  readonly printNotUtf8: string;
  readonly printLongLine: string;
  readonly printManyLines: string;
  readonly printForever: string;
  /** Prints `started`, then waits for ever. */
  readonly waitForever: string;
  /** Catches whatever can be caught and goes on for ever. */
  readonly neverGiveUp: string;
  readonly eatMemory: string;
  readonly exitWith7: string;
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

export const LONG_LINE = 3_000_000;
export const MANY_LINES = 20_000;

const python: Programs = {
  language: 'python',
  hello: 'print("hello")',
  printArguments: 'import sys\nfor a in sys.argv[1:]: print(a)',
  shoutStdin: 'import sys\nprint(sys.stdin.read().upper(), end="")',
  printGreeting: 'import os\nprint(os.environ["GREETING"])',
  printFile: 'print(open("data/words.txt").read())',
  importModule: 'from other import answer\nprint(answer)',
  module: { path: 'other.py', content: 'answer = 42\n' },
  printFileName: 'import os\nprint(os.path.basename(__file__))',
  otherFileName: 'program.py',
  printToBoth: 'import sys\nprint("out")\nprint("err", file=sys.stderr)',
  printWithoutNewline: 'import time\nprint("name? ", end="", flush=True)\ntime.sleep(60)',
  printNotUtf8: 'import sys\nsys.stdout.buffer.write(b"a\\xffb\\n")',
  printLongLine: `print("x" * ${LONG_LINE})`,
  printManyLines: `for i in range(${MANY_LINES}): print(i)`,
  printForever: 'while True: print("again and again")',
  waitForever: 'import time\nprint("started", flush=True)\nwhile True: time.sleep(1)',
  neverGiveUp: 'while True:\n  try:\n    while True: pass\n  except BaseException: pass',
  eatMemory: 'kept = []\nwhile True: kept.append(bytearray(b"x") * 1_000_000)',
  exitWith7: 'import sys\nsys.exit(7)',
  fail: 'class Oops(Exception): pass\nprint("before", flush=True)\nraise Oops("no")',
  syntaxError: 'def def',
};

const javascript: Programs = {
  language: 'javascript',
  hello: 'console.log("hello")',
  printArguments: 'for (const a of process.argv.slice(2)) console.log(a)',
  shoutStdin:
    'import { readFileSync } from "node:fs";\nprocess.stdout.write(readFileSync(0, "utf8").toUpperCase())',
  printGreeting: 'console.log(process.env.GREETING)',
  printFile: 'import fs from "fs";\nconsole.log(fs.readFileSync("data/words.txt", "utf8"))',
  importModule: 'import { answer } from "./other.js";\nconsole.log(answer)',
  module: { path: 'other.js', content: 'export const answer = 42;\n' },
  printFileName: 'import { basename } from "node:path";\nconsole.log(basename(import.meta.filename))',
  otherFileName: 'program.mjs',
  printToBoth: 'console.log("out");\nconsole.error("err")',
  printWithoutNewline: 'process.stdout.write("name? ");\nsetInterval(() => {}, 1000)',
  printNotUtf8: 'process.stdout.write(Buffer.from([97, 255, 98, 10]))',
  printLongLine: `console.log("x".repeat(${LONG_LINE}))`,
  printManyLines: `for (let i = 0; i < ${MANY_LINES}; i++) console.log(i)`,
  printForever: 'for (;;) console.log("again and again")',
  waitForever: 'console.log("started");\nsetInterval(() => {}, 1000)',
  neverGiveUp: 'for (;;) {\n  try {\n    for (;;);\n  } catch {}\n}',
  eatMemory: 'const kept = [];\nfor (;;) kept.push(new Array(100_000).fill(1.5))',
  exitWith7: 'process.exit(7)',
  fail: 'class Oops extends Error { name = "Oops" }\nconsole.log("before");\nthrow new Oops("no")',
  syntaxError: 'let let =',
};

const typescript: Programs = {
  ...javascript,
  language: 'typescript',
  hello: 'enum Word { Hello = "hello" }\nconst word: Word = Word.Hello;\nconsole.log(word)',
  importModule: 'import { answer } from "./other.ts";\nconsole.log(answer)',
  module: { path: 'other.ts', content: 'export const answer: number = 42;\n' },
  otherFileName: 'program.mts',
  fail: 'class Oops extends Error { override name = "Oops" }\nconsole.log("before");\nthrow new Oops("no")',
};

export const PROGRAMS: readonly Programs[] = [python, javascript, typescript];
