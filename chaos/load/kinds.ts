import type { Random } from '../random.ts';
import { javascriptStart, type Place, pythonEndless, pythonStart, pythonSteady } from './programs.ts';
import { type Lines, NO_LINES, type Task, type TaskLimits } from './task.ts';

type Plan = Omit<Task, 'key' | 'kind'>;

/** Makes a program of one kind; `key` stands in what it prints, so that no output passes for another's. */
type Kind = (key: string, random: Random, counter: Place) => Plan;

const SUCCEEDS: Task['end'] = { reason: 'EXITED', exitCode: 0 };
/** Longer than any run and any outage. */
const GENEROUS = { timeoutMs: 600_000 };

const short: Kind = (key, random, counter) => {
  const count = random.between(1, 40);
  const code = `${pythonStart(counter, key)}for line in range(1, ${count} + 1): print("${key} line", line)\n`;
  return { ...python(code), prints: stdout(key, count), end: SUCCEEDS, cancelAfterMs: null };
};

const long: Kind = (key, random, counter) => {
  const everyMs = random.pick([100, 200, 400]);
  const count = Math.ceil(random.between(10_000, 30_000) / everyMs);
  const code = pythonSteady(counter, key, count, everyMs / 1000);
  return { ...python(code), prints: stdout(key, count), end: SUCCEEDS, cancelAfterMs: null };
};

const shortJavascript: Kind = (key, random, counter) => {
  const count = random.between(1, 40);
  const code = `${javascriptStart(counter, key)}
for (let line = 1; line <= ${count}; line++) console.log('${key} line ' + line);`;
  return { ...node(code), prints: stdout(key, count), end: SUCCEEDS, cancelAfterMs: null };
};

/** Prints to both streams in turn. */
const longTypescript: Kind = (key, random, counter) => {
  const everyMs = random.pick([200, 300]);
  const count = Math.ceil(random.between(10_000, 25_000) / everyMs);
  const code = `${javascriptStart(counter, key)}
const say = (line: number): string => '${key} line ' + line;
for (let line = 1; line <= ${count}; line++) {
  console.log(say(line));
  console.error(say(line));
  await new Promise((resolve) => setTimeout(resolve, ${everyMs}));
}`;
  const lines = numbered(key, count);
  const input = { ...node(code).input, language: 'typescript' };
  return { input, prints: { stdout: lines, stderr: lines }, end: SUCCEEDS, cancelAfterMs: null };
};

/** A megabyte or so, as fast as it can. */
const much: Kind = (key, random, counter) => {
  const count = random.between(10_000, 40_000);
  const code = `${pythonStart(counter, key)}for line in range(1, ${count} + 1): print("${key} line", line)\n`;
  return { ...python(code), prints: stdout(key, count), end: SUCCEEDS, cancelAfterMs: null };
};

const fails: Kind = (key, random, counter) => {
  const count = random.between(1, 60);
  const exitCode = random.between(1, 90);
  const code = `${pythonStart(counter, key)}for line in range(1, ${count} + 1):
    print("${key} line", line, flush=True)
    time.sleep(0.05)
sys.exit(${exitCode})
`;
  return {
    ...python(code),
    prints: stdout(key, count),
    end: { reason: 'EXITED', exitCode },
    cancelAfterMs: null,
  };
};

/** Prints what it was given, in four ways. */
const input: Kind = (key, _random, counter) => {
  const code = `${pythonStart(counter, key)}
for text in (sys.stdin.read(), open("given.txt").read(), os.environ["GIVEN"], sys.argv[1]): print(text)
`;
  const given = numbered(key, 4).text;
  const text = (line: number) => given(line).trimEnd();
  return {
    input: {
      ...python(code).input,
      stdin: text(1),
      files: [{ path: 'given.txt', content: text(2) }],
      env: [{ name: 'GIVEN', value: text(3) }],
      args: [text(4)],
    },
    prints: stdout(key, 4),
    end: SUCCEEDS,
    cancelAfterMs: null,
  };
};

/** Prints what is written to it, line by line. */
const echo: Kind = (key, random, counter) => {
  const count = random.between(20, 60);
  const code = `${pythonStart(counter, key)}for line in sys.stdin: print(line, end="", flush=True)\n`;
  return talk(python(code), key, count);
};

const echoJavascript: Kind = (key, random, counter) => {
  const count = random.between(20, 60);
  const code = `${javascriptStart(counter, key)}
process.stdin.on('data', (part) => process.stdout.write(part));`;
  return talk(node(code), key, count);
};

const timeOut: Kind = (key, random, counter) => {
  const limits = { timeoutMs: random.between(2000, 6000) };
  return {
    ...python(pythonEndless(counter, key, 0.2), limits),
    prints: stdout(key, Number.POSITIVE_INFINITY),
    end: { reason: 'TIMED_OUT', exitCode: null },
    cancelAfterMs: null,
  };
};

const outputLimit: Kind = (key, random, counter) => {
  const limits = { ...GENEROUS, outputBytes: random.between(20_000, 300_000) };
  const code = `${javascriptStart(counter, key)}
for (let line = 1; ; line++) {
  console.log('${key} line ' + line);
  if (line % 100 === 0) await new Promise((resolve) => setImmediate(resolve));
}`;
  return {
    ...node(code, limits),
    prints: stdout(key, Number.POSITIVE_INFINITY),
    end: { reason: 'OUTPUT_LIMIT', exitCode: null },
    cancelAfterMs: null,
  };
};

const cancelled: Kind = (key, random, counter) => ({
  ...python(pythonEndless(counter, key, 0.2)),
  prints: stdout(key, Number.POSITIVE_INFINITY),
  end: { reason: 'CANCELLED', exitCode: null },
  cancelAfterMs: random.between(0, 12_000),
});

/** Weighed by how often each is named. */
const KINDS: readonly (readonly [name: string, kind: Kind])[] = [
  ['short', short],
  ['short', short],
  ['long', long],
  ['long', long],
  ['long', long],
  ['short javascript', shortJavascript],
  ['short javascript', shortJavascript],
  ['long typescript', longTypescript],
  ['long typescript', longTypescript],
  ['much output', much],
  ['fails', fails],
  ['input', input],
  ['echo', echo],
  ['echo', echo],
  ['echo javascript', echoJavascript],
  ['time limit', timeOut],
  ['output limit', outputLimit],
  ['cancelled', cancelled],
  ['cancelled', cancelled],
];

export function makeTask(key: string, random: Random, counter: Place): Task {
  const [kind, make] = random.pick(KINDS);
  return { key, kind, ...make(key, random, counter) };
}

/** For the probes: prints a line each 200 ms for five seconds. */
export function makeSteady(key: string, counter: Place): Task {
  const code = pythonSteady(counter, key, 25, 0.2);
  return { key, kind: 'probe', ...python(code), prints: stdout(key, 25), end: SUCCEEDS, cancelAfterMs: null };
}

/** The same without an end of its own, for a cancel. */
export function makeEndless(key: string, counter: Place): Task {
  return {
    key,
    kind: 'probe, cancelled',
    ...python(pythonEndless(counter, key, 0.2)),
    prints: stdout(key, Number.POSITIVE_INFINITY),
    end: { reason: 'CANCELLED', exitCode: null },
    cancelAfterMs: null,
  };
}

function python(code: string, limits: TaskLimits = GENEROUS): Pick<Task, 'input'> {
  return { input: { code, language: 'python', limits } };
}

function node(code: string, limits: TaskLimits = GENEROUS): Pick<Task, 'input'> {
  return { input: { code, language: 'javascript', limits } };
}

/** A program that prints what is written to it. */
function talk({ input: program }: Pick<Task, 'input'>, key: string, count: number): Plan {
  const input = { ...program, stdinOpen: true };
  const writes = numbered(key, count);
  return { input, writes, prints: stdout(key, count), end: SUCCEEDS, cancelAfterMs: null };
}

function stdout(key: string, count: number): Task['prints'] {
  return { stdout: numbered(key, count), stderr: NO_LINES };
}

function numbered(key: string, count: number): Lines {
  return { count, text: (line) => `${key} line ${line}\n` };
}
