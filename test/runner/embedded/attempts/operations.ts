import { type HostView, MARK } from './attempt.ts';

/** Where a program was when it ended, and what it found. */
export interface Progress {
  /** Number of the call it made last; -1: none. */
  readonly last: number;
  readonly operation: string;
  readonly isDone: boolean;
  readonly calls: number;
  /** Calls that answered otherwise for a path that exists than for one that does not. */
  readonly differences: readonly string[];
}

/**
 * A JavaScript program that calls every function that is reachable through Deno's internals, each with the shapes of
 * arguments that operations take, once with a path of the host and once with one that is not there. It begins after call
 * `after` and leaves out `skipped`: some calls end the process.
 */
export function composeOperations(host: HostView, after: number, skipped: readonly string[]): string {
  return `
const write = Deno.stdout.writeSync.bind(Deno.stdout);
const encoder = new TextEncoder();
const report = (kind, ...values) => write(encoder.encode('\\n${MARK}' + JSON.stringify([kind, ...values]) + '\\n'));
const exit = Deno.exit;
const skipped = new Set(${JSON.stringify(skipped)});
const pairs = ${JSON.stringify([
    [host.secretText, host.absent.secretText],
    [host.directory, host.absent.directory],
  ])};
// An operation may answer with what an earlier call gave it.
const paths = pairs.flat().sort((a, b) => b.length - a.length);
const shapes = [
  (path) => [path],
  (path) => ['file://' + path],
  (path) => [path, 0, 0o666],
  (path) => [path, new Uint32Array(64)],
  (path) => [0, path, path],
  (path) => [undefined, path, {}],
  (path) => [{ path, filename: path, name: 'file://' + path }],
  (path) => ['throw new Error("made")', 'file://' + path],
  (path) => [new Error(path), path],
  (path) => [() => path, path],
  () => [],
  () => [3, new Uint8Array(8)],
];
const found = new Map();
const seen = new Set();
const walk = (value, name, depth) => {
  if (value === null || (typeof value !== 'object' && typeof value !== 'function') || seen.has(value)) return;
  seen.add(value);
  if (typeof value === 'function') found.set(name, value);
  if (depth === 4) return;
  for (const key of Reflect.ownKeys(value)) {
    if (typeof key === 'symbol' || key === 'constructor') continue;
    let inner;
    try { inner = value[key]; } catch { continue; }
    walk(inner, name + '.' + key, depth + 1);
  }
};
// Deno loads most of its operations when this property is first read.
Deno[Deno.internal].addTrailers;
walk(Deno[Deno.internal], '', 0);
const { String, JSON: { stringify }, Promise } = globalThis;
const answerOf = (operation, values) => {
  try {
    const answer = operation(...values);
    if (answer instanceof Promise) answer.catch(() => {});
    return 'answered ' + stringify(answer);
  } catch (error) {
    try { return 'refused ' + String(error?.message ?? error); } catch { return 'refused'; }
  }
};
let call = -1;
for (const [name, operation] of found) {
  for (const shape of shapes) {
    call += 1;
    if (call <= ${after} || skipped.has(name)) continue;
    report('call', call, name);
    for (const [there, absent] of pairs) {
      // A number may be a time or a handle; what is called a second time may answer otherwise for that alone.
      const plain = (path) => paths.reduce((text, one) => text.replaceAll(one, 'PATH'), answerOf(operation, shape(path))).replace(/\\d+/g, '#').slice(0, 300);
      const [first, other, again, otherAgain] = [plain(there), plain(absent), plain(there), plain(absent)];
      if (first !== other && first === again && other === otherAgain) report('difference', name + ': ' + first + ', else ' + other);
    }
  }
}
report('done', found.size);
exit(0);
`;
}

export function readProgress(output: string): Progress {
  let last = -1;
  let operation = '';
  let calls = 0;
  let isDone = false;
  const differences: string[] = [];
  for (const line of output.split('\n')) {
    if (!line.startsWith(MARK)) continue;
    const [kind, value, name] = JSON.parse(line.slice(MARK.length)) as [string, unknown, string];
    if (kind === 'call') {
      last = Number(value);
      operation = name;
      calls += 1;
    } else if (kind === 'difference') differences.push(String(value));
    else if (kind === 'done') isDone = true;
  }
  return { last, operation, isDone, calls, differences };
}
