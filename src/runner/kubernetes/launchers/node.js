/**
 * The launcher of JavaScript and TypeScript: process 1 of a pod, which speaks ../PROTOCOL.md on stdin and stdout. Any image
 * with Node 22 or later will do, because the whole file is carried in the Job's command:
 *
 *     node --input-type=module -e SOURCE IDLE_MS LINGER_MS [DIRECTORY]
 *
 * A Node takes 40 ms to start, so one waits before there is a program, with all loaded that most programs use. The program
 * shares its uid with this process and may do to it what it likes; what is said here concerns that program alone.
 */
import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import * as fs from 'node:fs';
import { Socket } from 'node:net';
import { dirname, join, resolve, sep } from 'node:path';
import { performance } from 'node:perf_hooks';

const PROTOCOL = 1;
const KiB = 1024;
const MiB = 1024 * KiB;

/** Bytes of a line from the server; of a longer one nothing is kept. */
const LINE_BYTES = 16 * MiB;
/** Bytes of what stands before a payload, and of any other line, at the most. */
const HEAD_BYTES = 400;
/** Bytes of a frame, where runtimes would split it in the log, and of the text in one that has few escapes. */
const FRAME_BYTES = 16_000;
const CHUNK_BYTES = 12 * KiB;
/** Characters of frames written at once. */
const WRITE_LENGTH = 64 * KiB;
/** Bytes of frames that are held before the program is held back. */
const HELD_BYTES = 4 * MiB;
/** As ../../output/chunker.ts gathers, milliseconds. */
const GATHER_MS = 20;
const GATHER_LONG_MS = 1000;
const EARLY_CHUNKS = 2000;

const LOOK_MS = 25;
const GRACE_MS = 1000;
/** How long a process that left the program's session may hold its pipes after the program's end, milliseconds. */
const DRAIN_MS = 1000;
/** How long the last frames may take to go out before an exit, milliseconds. */
const FLUSH_MS = 2000;
/** How long a child may take to get ready before another is tried without bounds, milliseconds. */
const CHILD_MS = 20_000;

const PROCESSES = 256;
const FILE_BYTES = 256 * MiB;

/** What the program's files may take of the disk at a time, all together. A node looks at it too, a minute late. */
const DISK_BYTES = 512 * MiB;
const DISK_FILES = 20_000;
/** Looking through more open descriptors than this would take too long to be of use. */
const DISK_DESCRIPTORS = 5 * DISK_FILES;
/** So much less free space, or room for files, whoever took it, and the program's files are looked at without delay. */
const DISK_STEP = 32 * MiB;
const DISK_STEP_FILES = 2000;
/** When they are looked at otherwise, milliseconds: first, while they grow, and at the rarest. */
const DISK_FIRST_MS = 100;
const DISK_OFTEN_MS = 250;
const DISK_RARELY_MS = 1000;
/** How long a look goes on before the output has its turn, milliseconds; the rest of it comes later. */
const DISK_SLICE_MS = 2;
/**
 * How much longer than a look the pause after it is: it takes a fiftieth of a processor, and a tenth, as each look by
 * itself, while the free space is going.
 */
const DISK_PAUSE = 49;
const DISK_PAUSE_URGENT = 9;
/** MiB of the container's memory that are not for the program's heap: this process, and what a child has that is no heap. */
const OWN_MB = 128;
/** MiB of heap that a child has at the least. */
const HEAP_MB = 64;

const [idleMs = 60_000, lingerMs = 600_000] = process.argv.slice(1, 3).map(Number);
const directory = process.argv[3] ?? '/program';
const TEMPORARY = '/tmp';

/** Only process 1 has a pod for itself, and may kill all it sees. */
const isInit = process.pid === 1;

// ---------------------------------------------------------------------------------------------------------------------
// To the server

/**
 * Writes frames to stdout, in order and never more than stdout takes, and holds chunks until they are acknowledged. What
 * is asked for again is sent by going back, so that asking often costs no memory.
 */
class Outlet {
  #start = null;
  #end = null;
  #startIsSent = true;
  #endIsSent = true;
  /** Answers not yet sent. */
  #words = [];
  /** Frames of the chunks after `#acknowledged`. */
  #held = [];
  #acknowledged = 0;
  #sent = 0;
  #isFull = false;
  last = 0;
  heldBytes = 0;
  /** Called when something was acknowledged. */
  onRoom = () => {};
  #onEmpty = () => {};

  constructor() {
    process.stdout.on('drain', () => {
      this.#isFull = false;
      this.#send();
    });
    // Nobody can be told anything any more.
    process.stdout.on('error', () => process.exit(1));
  }

  say(frame) {
    // A server asks again when it gets no answer; of answers that cannot go out the newest are enough.
    if (this.#words.length === 16) this.#words.shift();
    this.#words.push(`${JSON.stringify(frame)}\n`);
    this.#send();
  }

  start(frame) {
    this.#start = `${JSON.stringify(frame)}\n`;
    this.#startIsSent = false;
    this.#send();
  }

  end(frame) {
    this.#end = `${JSON.stringify(frame)}\n`;
    this.#endIsSent = false;
    this.#send();
  }

  /** Adds a chunk; `flush` sends it. */
  chunk(stream, at, json) {
    this.last += 1;
    const frame = `{"type":"out","n":${this.last},"s":${stream},"at":${at},"d":${json}}\n`;
    const bytes = Buffer.byteLength(frame);
    this.#held.push({ frame, bytes });
    this.heldBytes += bytes;
  }

  flush() {
    this.#send();
  }

  acknowledge(number) {
    const count = Math.min(number, this.last) - this.#acknowledged;
    if (!(count > 0)) return;
    for (const { bytes } of this.#held.splice(0, count)) this.heldBytes -= bytes;
    this.#acknowledged += count;
    this.#sent = Math.max(this.#sent, this.#acknowledged);
    this.onRoom();
  }

  repeatAfter(number) {
    this.#startIsSent = this.#start === null;
    this.#endIsSent = this.#end === null;
    this.#sent = Math.max(this.#acknowledged, Math.min(this.#sent, number));
    this.#send();
  }

  /** Resolves when all was written, or cannot be in time. */
  async emptied() {
    if (!this.#isFull) return;
    await new Promise((resolveEmpty) => {
      this.#onEmpty = resolveEmpty;
      setTimeout(resolveEmpty, FLUSH_MS);
    });
  }

  #send() {
    while (!this.#isFull) {
      const text = this.#next();
      if (text === '') return this.#onEmpty();
      this.#isFull = !process.stdout.write(text);
    }
  }

  #next() {
    if (this.#words.length > 0) return this.#words.splice(0).join('');
    if (!this.#startIsSent) {
      this.#startIsSent = true;
      return this.#start;
    }
    let text = '';
    while (this.#sent < this.last && text.length < WRITE_LENGTH) {
      text += this.#held[this.#sent - this.#acknowledged].frame;
      this.#sent += 1;
    }
    if (text === '' && !this.#endIsSent) {
      this.#endIsSent = true;
      return this.#end;
    }
    return text;
  }
}

const encoder = new TextEncoder();
const scratch = new Uint8Array(CHUNK_BYTES);

/**
 * Makes chunks of the bytes of two streams. The first line goes out at once; what follows within the gathering time goes
 * out together at its end, or when it fills a chunk. Text without a newline waits for the rest of its line for at most
 * that time, which is short until a program has used its budget of chunks.
 */
class Chunker {
  #outlet;
  #onLimit;
  #bytesLeft;
  // A byte order mark is text like any other here.
  #decoders = [1, 2].map(() => new TextDecoder('utf-8', { ignoreBOM: true }));
  /** Whole lines in order of arrival; neighbours are of different streams. */
  #lines = [];
  /** UTF-16 code units in `#lines`. */
  #length = 0;
  /** For each stream the beginning of a line whose rest has not come. */
  #tails = [null, null];
  #lastOutput = Number.NEGATIVE_INFINITY;
  #timer = null;
  #due = Number.POSITIVE_INFINITY;
  isTruncated = false;

  constructor(outlet, outputBytes, onLimit) {
    this.#outlet = outlet;
    this.#bytesLeft = outputBytes;
    this.#onLimit = onLimit;
  }

  push(stream, bytes) {
    if (this.isTruncated) return;
    const text = this.#decoders[stream - 1].decode(bytes, { stream: true });
    if (text !== '') this.#add(stream, text);
    this.#proceed();
  }

  end() {
    for (const stream of [1, 2]) {
      const rest = this.isTruncated ? '' : this.#decoders[stream - 1].decode();
      if (rest !== '') this.#add(stream, rest);
    }
    this.#promoteTails(Number.POSITIVE_INFINITY);
    this.#handOut(1);
    this.#wakeAt(Number.POSITIVE_INFINITY);
  }

  #add(stream, text) {
    const tail = this.#tails[stream - 1] ?? { stream, text: '', at: Date.now(), since: performance.now() };
    tail.text += text;
    this.#tails[stream - 1] = tail;
    const end = text.lastIndexOf('\n') + 1;
    if (end > 0) {
      const rest = text.slice(end);
      if (rest !== '') tail.text = tail.text.slice(0, -rest.length);
      this.#promote(tail);
      if (rest !== '') {
        this.#tails[stream - 1] = { stream, text: rest, at: Date.now(), since: performance.now() };
      }
    }
    const rest = this.#tails[stream - 1];
    if (rest !== null && rest.text.length >= CHUNK_BYTES) this.#promote(rest);
  }

  #promote(tail) {
    this.#tails[tail.stream - 1] = null;
    const last = this.#lines.at(-1);
    if (last?.stream === tail.stream) last.text += tail.text;
    else this.#lines.push(tail);
    this.#length += tail.text.length;
  }

  #promoteTails(until) {
    for (const tail of this.#tails) if (tail !== null && tail.since <= until) this.#promote(tail);
  }

  #proceed() {
    const now = performance.now();
    const gatherMs = this.#outlet.last < EARLY_CHUNKS ? GATHER_MS : GATHER_LONG_MS;
    const linesDue = this.#lastOutput + gatherMs;
    const tailDue = Math.max(this.#oldestTail() + GATHER_MS, linesDue);
    if (tailDue <= now) this.#promoteTails(now - GATHER_MS);
    if (linesDue <= now) this.#handOut(1);
    else if (this.#length >= CHUNK_BYTES) this.#handOut(CHUNK_BYTES);
    const nextDue = this.#lastOutput + gatherMs;
    this.#wakeAt(this.#length > 0 ? nextDue : Math.max(this.#oldestTail() + GATHER_MS, nextDue));
  }

  #oldestTail() {
    return Math.min(...this.#tails.map((tail) => tail?.since ?? Number.POSITIVE_INFINITY));
  }

  #wakeAt(due) {
    if (this.#timer !== null && this.#due <= due && due !== Number.POSITIVE_INFINITY) return;
    clearTimeout(this.#timer);
    this.#timer = null;
    this.#due = due;
    if (due === Number.POSITIVE_INFINITY || this.isTruncated) return;
    // Timers count whole milliseconds and may be a fraction early.
    this.#timer = setTimeout(
      () => {
        this.#timer = null;
        this.#proceed();
      },
      Math.max(1, Math.ceil(due - performance.now())),
    );
  }

  /** Hands out whole chunks while at least `atLeast` code units are there. */
  #handOut(atLeast) {
    if (this.isTruncated || this.#length < atLeast) return;
    while (this.#length >= atLeast && !this.isTruncated) this.#handOutOne();
    this.#lastOutput = performance.now();
    this.#outlet.flush();
    if (!this.isTruncated) return;
    this.#lines = [];
    this.#tails = [null, null];
    this.#length = 0;
    this.#onLimit();
  }

  #handOutOne() {
    const segment = this.#lines[0];
    let most = CHUNK_BYTES;
    let text;
    let json;
    for (;;) {
      text = beginning(segment.text, most);
      json = JSON.stringify(text);
      const bytes = Buffer.byteLength(json);
      // With many escapes the JSON is up to six times the text. 100 is for the rest of the frame.
      if (bytes <= FRAME_BYTES - 100) break;
      most = Math.floor((Math.min(most, Buffer.byteLength(text)) * (FRAME_BYTES - 200)) / bytes);
    }
    let bytes = Buffer.byteLength(text);
    this.#length -= text.length;
    if (text.length === segment.text.length) this.#lines.shift();
    else segment.text = segment.text.slice(text.length);
    if (bytes > this.#bytesLeft) {
      this.isTruncated = true;
      text = fitting(text, this.#bytesLeft);
      bytes = Buffer.byteLength(text);
      json = JSON.stringify(text);
    }
    this.#bytesLeft -= bytes;
    if (text !== '') this.#outlet.chunk(segment.stream, segment.at, json);
  }
}

/** The longest beginning of `text` that takes at most `most` bytes of UTF-8; no character is parted. */
function fitting(text, most) {
  return text.slice(0, encoder.encodeInto(text, scratch.subarray(0, most)).read);
}

/** As `fitting`; when not all of it fits it ends after the last newline that does, where there is one. */
function beginning(text, most) {
  const fits = fitting(text, most);
  if (fits.length === text.length) return fits;
  const end = fits.lastIndexOf('\n') + 1;
  return end > 0 ? fits.slice(0, end) : fits;
}

// ---------------------------------------------------------------------------------------------------------------------
// From the server

/** Parts a byte stream into lines without copying a line more than once. */
class Lines {
  #parts = [];
  #length = 0;
  #isTooLong = false;
  #onLine;

  constructor(onLine) {
    this.#onLine = onLine;
  }

  push(bytes) {
    let start = 0;
    for (let end = bytes.indexOf(10); end !== -1; end = bytes.indexOf(10, start)) {
      this.#add(bytes.subarray(start, end));
      const line = this.#isTooLong ? null : Buffer.concat(this.#parts);
      this.#forget();
      this.#isTooLong = false;
      start = end + 1;
      if (line !== null) this.#onLine(line);
    }
    this.#add(bytes.subarray(start));
  }

  #add(part) {
    if (this.#isTooLong || part.length === 0) return;
    this.#parts.push(part);
    this.#length += part.length;
    if (this.#length <= LINE_BYTES) return;
    this.#isTooLong = true;
    this.#forget();
  }

  #forget() {
    this.#parts = [];
    this.#length = 0;
  }
}

/** The payload of a line `run ID LENGTH SHA256 JSON`; null when it did not arrive whole. */
function parsePayload(line) {
  const header = line.toString('latin1', 0, Math.min(line.length, HEAD_BYTES));
  const fields = /^run \S+ (\d+) ([0-9a-f]{64}) /.exec(header);
  if (fields === null) return null;
  const [{ length }, bytes, hash] = fields;
  const json = line.subarray(length);
  if (json.length !== Number(bytes) || createHash('sha256').update(json).digest('hex') !== hash) return null;
  try {
    const payload = JSON.parse(json.toString());
    const { fileName, code, args, stdin, files, env, limits } = payload;
    const isWhole =
      [fileName, code, stdin].every((text) => typeof text === 'string') &&
      [args, files, env].every(Array.isArray) &&
      [limits.timeoutMs, limits.memoryMb, limits.outputBytes].every((limit) => limit > 0);
    return isWhole ? payload : null;
  } catch {
    return null;
  }
}

// ---------------------------------------------------------------------------------------------------------------------
// The waiting child

/**
 * What the child runs first, as text: it gets ready, waits for the name of its program, and becomes it. Nothing of this is
 * left then: no descriptor, no global, no line in a stack. Not a preload (`--require`), which every Worker would load too.
 */
async function becomeProgram(rehearsal) {
  const fs = require('node:fs');
  const { join } = require('node:path');
  const Module = require('node:module');

  // A pipe's writer is not blocked by Node on its own: a program that prints in a loop would fill its memory with what was
  // not written yet, and `process.exit()` would drop it.
  for (const stream of [process.stdout, process.stderr]) stream._handle?.setBlocking?.(true);
  await rehearse();

  fs.writeSync(3, '.');
  // What the engine still does about the rehearsal in the background would come between a payload and its program.
  await new Promise((resolve) => setTimeout(resolve, 20));

  // The timers' clock stands still while the read blocks. It goes on with the next turn of the loop.
  const text = fs.readFileSync(3, 'utf8');
  if (text.trim() === '') process.exit(0);
  fs.closeSync(3);
  const { file, args, env, isTypeScript, execArgv } = JSON.parse(text);

  for (const name of Object.keys(process.env)) delete process.env[name];
  for (const { name, value } of env) process.env[name] = value;
  process.argv.splice(1, process.argv.length, file, ...args);
  process.execArgv.splice(0, process.execArgv.length, ...execArgv);
  process.title = 'node';
  process.setSourceMapsEnabled(isTypeScript);
  delete process._eval;
  // Node searches the folders of NODE_PATH and HOME, which it read when it started.
  Module._initPaths?.();
  // What only programs given by -e see as globals.
  const added = ['module', 'exports', 'require', '__filename', '__dirname', ...Module.builtinModules];
  const kept = ['console', 'crypto', 'process'];
  for (const name of added) if (!kept.includes(name)) delete globalThis[name];

  setImmediate(Module.runMain);

  /** Runs small programs of each kind, so that Node has loaded and compiled what it does for any. */
  async function rehearse() {
    let place;
    try {
      place = fs.mkdtempSync(join(process.env.TMPDIR, '.rehearsal-'));
    } catch {
      return;
    }
    process.stdout.write = () => true;
    for (const [name, code] of Object.entries(rehearsal)) {
      try {
        fs.writeFileSync(join(place, name), code);
        await import(`file://${join(place, name)}`);
        if (!code.startsWith('import')) require(join(place, name));
      } catch {
        // This Node cannot do all of it.
      }
    }
    console.log('%s', 1, { a: ['b'] }, new Error('c'));
    delete process.stdout.write;
    fs.rmSync(place, { recursive: true, force: true });
    for (const path of Object.keys(Module._cache)) delete Module._cache[path];
  }
}

/** Programs with most of what the languages have, by file name. */
const REHEARSAL = {
  'a.js': 'const path = require("node:path"); exports.a = path.join("a", "b");',
  'b.js': 'import { join } from "node:path"; export const b = join("a", "b"); await null;',
  'c.ts': 'const a: number = 1; enum B { C }',
  'd.ts': `import { readFileSync } from 'node:fs';
import type { Stats } from 'node:fs';
enum Word { A = 'a', B = 1 }
namespace Space { export const x = 1; }
interface Shape<T> { a: T; b?: string | number; readonly c: T[]; }
type Part = Partial<Shape<string>> & { [key: string]: unknown };
abstract class Base<T extends object = {}> implements Shape<number> {
  a = 1; c: number[] = []; private static z?: number; declare w: string;
  constructor(public x: number, protected readonly y = \`\${x}\`) {}
  get v(): number { return this.x as number; }
  async *g(): AsyncGenerator<number> { yield this.a!; }
  abstract q(): void;
}
function check(this: unknown, a: number, ...rest: string[]): asserts a is 1 {
  for (const r of rest) { try { if (r === 'x') throw new Error(r satisfies string); } catch { continue; } finally { } }
}
export const o = { ...{ a: 1 }, b: [1, ...[2]], async m() { await null; }, ['k' + 1]: /r/g, n: 1n, t: (a) => a?.b ?? a };
export default check; export { Word }; export type { Part };
let i = 0; do { i++; switch (i as number) { case 1: break; default: } } while (i < 2);`,
};

const SHELL = '/bin/sh';
/**
 * Blocks of 512 bytes; processes are -p in dash and busybox, -u in bash. Where the container's memory is gone the kernel
 * shall end the program and not this process.
 */
const BOUNDS = `{
  echo 1000 >/proc/self/oom_score_adj
  ulimit -c 0
  ulimit -f ${FILE_BYTES / 512}
  if (ulimit -u ${PROCESSES}); then ulimit -u ${PROCESSES}; else ulimit -p ${PROCESSES}; fi
} 2>/dev/null
`;
/**
 * Three real pipes, which here-documents are, at 0, 1 and 2; their other ends are opened by `openEnds`. What Node makes of
 * 'pipe' are sockets, and /dev/stdin and /dev/stdout, which many programs open by name, cannot be opened then. (Of an empty
 * here-document bash makes no pipe.)
 */
const PIPES = `exec 0<<E 5<<E 6<<E
-
E
-
E
-
E
read line; read line <&5; read line <&6
exec 1>/proc/self/fd/5 2>/proc/self/fd/6 5<&- 6<&-
`;

/** A Node that waits for its program. */
class Child {
  #process;
  #channel;
  stdin = null;
  stdout = null;
  stderr = null;
  /** Resolves to code and signal. */
  exited;
  hasExited = false;
  /** Resolves to whether it can be given a program. */
  isReady;

  constructor({ bounds, pipes }) {
    const code = `(${becomeProgram})(${JSON.stringify(REHEARSAL)})`;
    const command = [process.execPath, ...childFlags(), '-e', code];
    // The shell replaces itself by what follows its name, $0.
    if (bounds + pipes !== '') command.unshift(SHELL, '-c', `${bounds}${pipes}exec "$@"`, SHELL);
    const [file, ...args] = command;
    const stdio = Array(3).fill(pipes === '' ? 'pipe' : 'ignore');
    this.#process = spawn(file, args, {
      cwd: directory,
      env: environment(),
      detached: true,
      stdio: [...stdio, 'pipe'],
    });
    this.#channel = this.#process.stdio[3];
    this.#channel.on('error', () => {});
    this.exited = new Promise((resolveExit) => {
      this.#process.once('exit', (code, signal) => {
        this.hasExited = true;
        resolveExit({ code, signal });
      });
      this.#process.once('error', () => resolveExit({ code: 1, signal: null }));
    });
    this.isReady = new Promise((resolveReady) => {
      setTimeout(resolveReady, CHILD_MS, false).unref();
      void this.exited.then(() => resolveReady(false));
      this.#channel.once('data', () => {
        const ends = pipes === '' ? this.#process.stdio : openEnds(this.pid);
        if (ends === null) return resolveReady(false);
        [this.stdin, this.stdout, this.stderr] = ends;
        this.stdin.on('error', () => {});
        resolveReady(true);
      });
    });
  }

  get pid() {
    return this.#process.pid;
  }

  /** Blank space, which may stand before the program: what comes next then goes a way that was gone before. */
  rehearse() {
    this.#channel.write(' ');
  }

  become(program) {
    this.#channel.end(JSON.stringify(program));
  }

  signal(signal) {
    if (this.hasExited || this.pid === undefined) return;
    kill(-this.pid, signal);
  }

  /** Ends all that the program left, or in a pod everything but this process. */
  killAll() {
    if (isInit) kill(-1, 'SIGKILL');
    else if (this.pid !== undefined) kill(-this.pid, 'SIGKILL');
  }

  destroy() {
    this.killAll();
    for (const stream of [this.stdin, this.stdout, this.stderr, this.#channel]) stream?.destroy();
  }
}

function kill(pid, signal) {
  try {
    process.kill(pid, signal);
  } catch {
    // Nobody is left.
  }
}

/**
 * Heap and stack settings must be given at the start; only the container's memory is known then. V8 alone would take a
 * part of it as its bound, so that a program could not use what it was promised; memory is watched from here instead.
 */
function childFlags() {
  const available = process.constrainedMemory() / MiB;
  const heapMb = available > 0 && available < 1e6 ? Math.max(HEAP_MB, Math.floor(available) - OWN_MB) : 4096;
  // A young generation of up to 3 × 64 MiB, as is usual, would be most of a small program's memory.
  return [`--max-old-space-size=${heapMb}`, '--max-semi-space-size=16', ...typeScriptFlags()];
}

function typeScriptFlags() {
  const flag = '--experimental-transform-types';
  const isKnown = process.allowedNodeEnvironmentFlags.has(flag);
  return isKnown ? [flag, '--disable-warning=ExperimentalWarning'] : [];
}

function environment() {
  const { PATH = '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin' } = process.env;
  return { PATH, HOME: directory, LANG: 'C.UTF-8', TMPDIR: TEMPORARY };
}

/** Our ends of a child's pipes; null where /proc does not give them, or a shell makes files of here-documents. */
function openEnds(pid) {
  const { O_RDONLY, O_WRONLY, O_NONBLOCK } = fs.constants;
  const opened = [];
  try {
    for (const [number, direction] of [O_WRONLY, O_RDONLY, O_RDONLY].entries()) {
      opened.push(fs.openSync(`/proc/${pid}/fd/${number}`, direction | O_NONBLOCK));
      if (!fs.fstatSync(opened[number]).isFIFO()) throw new Error('Not a pipe');
    }
    return opened.map((fd, number) => new Socket({ fd, readable: number > 0, writable: number === 0 }));
  } catch {
    for (const fd of opened) fs.closeSync(fd);
    return null;
  }
}

// ---------------------------------------------------------------------------------------------------------------------
// What a program uses

function readText(path) {
  try {
    return fs.readFileSync(path, 'latin1');
  } catch {
    return null;
  }
}

/** The number after `name` at the beginning of a line; null when there is none. */
function numberAfter(text, name) {
  const found = new RegExp(`^${name}:?\\s+(\\d+)`, 'm').exec(text ?? '');
  return found === null ? null : Number(found[1]);
}

/** Bytes of a process's memory that are its own: pages of files (Node itself) do not count. Null when it is gone. */
function memoryOf(pid) {
  const status = readText(`/proc/${pid}/status`);
  const resident = numberAfter(status, 'VmRSS');
  if (resident === null) return null;
  // gVisor tells neither the pages of files nor the peak.
  const files = numberAfter(status, 'RssFile') ?? 0;
  const peak = numberAfter(status, 'VmHWM') ?? resident;
  return { now: (resident - files) * KiB, peak: Math.max(resident - files, peak - files) * KiB };
}

/** User and system time in ms: of the process itself, and of the children it has waited for. */
function timesOf(pid) {
  const stat = readText(`/proc/${pid}/stat`);
  if (stat === null) return null;
  // The second field is a name in parentheses and may hold anything.
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ', 15);
  const [own, childs] = [11, 13].map((at) => (Number(fields[at]) + Number(fields[at + 1])) * 10);
  return Number.isFinite(own + childs) ? { own, childs } : null;
}

/** Processor time of the whole container in ms, by either version of cgroups. */
function containerCpuMs() {
  const used = numberAfter(readText('/sys/fs/cgroup/cpu.stat'), 'usage_usec');
  if (used !== null) return used / 1e3;
  const nanoseconds = readText('/sys/fs/cgroup/cpuacct/cpuacct.usage');
  return nanoseconds === null ? null : Number(nanoseconds) / 1e6;
}

/** How many processes of the container the kernel has killed for want of memory. */
function containerOomKills() {
  const events =
    readText('/sys/fs/cgroup/memory.events') ?? readText('/sys/fs/cgroup/memory/memory.oom_control');
  return numberAfter(events, 'oom_kill') ?? 0;
}

/** Measures one program from the call on, as what is used beyond what the waiting child had. */
class Meter {
  #pid;
  #baseline;
  #containerBefore = isInit ? containerCpuMs() : null;
  #selfBefore = selfCpuMs();
  #childsBefore = timesOf(process.pid)?.childs ?? null;
  #ownBefore;
  #oomKillsBefore = isInit ? containerOomKills() : 0;
  #peak = null;

  constructor(pid) {
    this.#pid = pid;
    this.#ownBefore = timesOf(pid)?.own ?? null;
    try {
      fs.writeFileSync(`/proc/${pid}/clear_refs`, '5');
    } catch {
      // The peak then counts from the child's start.
    }
    this.#baseline = this.#used()?.now ?? null;
  }

  /** The most memory seen so far, MiB; null when nobody could look. */
  get peakMb() {
    return this.#peak === null ? null : Math.round((this.#peak / MiB) * 10) / 10;
  }

  hasMoreThan(memoryMb) {
    return this.#peak !== null && this.#peak > memoryMb * MiB;
  }

  look() {
    const used = this.#used();
    if (used === null || this.#baseline === null) return;
    this.#peak = Math.max(this.#peak ?? 0, Math.max(used.now, used.peak) - this.#baseline);
  }

  /** Whether the kernel killed something since. */
  wasOom() {
    return isInit && containerOomKills() > this.#oomKillsBefore;
  }

  /** To be asked when the child has been waited for. */
  cpuMs() {
    const container = isInit ? containerCpuMs() : null;
    if (container !== null && this.#containerBefore !== null) {
      const self = selfCpuMs() - this.#selfBefore;
      return Math.max(0, Math.round(container - this.#containerBefore - self));
    }
    const childs = timesOf(process.pid)?.childs ?? null;
    if (childs === null || this.#childsBefore === null || this.#ownBefore === null) return null;
    return Math.max(0, childs - this.#childsBefore - this.#ownBefore);
  }

  /** Of the program's first process, and of all others together. */
  #used() {
    const first = memoryOf(this.#pid);
    if (first === null) return null;
    let others = 0;
    for (const pid of processesOf(this.#pid)) {
      if (pid !== this.#pid) others += memoryOf(pid)?.now ?? 0;
    }
    return { now: first.now + others, peak: first.peak };
  }
}

function selfCpuMs() {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1e3;
}

/** All processes of the program whose first one this is. */
function processesOf(pid) {
  return isInit ? allButInit() : [pid, ...descendants(pid)];
}

function allButInit() {
  try {
    return fs
      .readdirSync('/proc')
      .map(Number)
      .filter((pid) => pid > 1);
  } catch {
    return [];
  }
}

/** Outside a pod, where other people's processes are to be seen too. */
function descendants(pid) {
  const children = readText(`/proc/${pid}/task/${pid}/children`)?.trim() ?? '';
  if (children === '') return [];
  return children.split(' ').flatMap((child) => [Number(child), ...descendants(Number(child))]);
}

// ---------------------------------------------------------------------------------------------------------------------
// What a program writes

/**
 * Looks at what a program's files take of the disk, those it has removed and still holds open among them. The free space
 * of the file system costs nothing to ask, so that is what is asked all the time; a look through the files follows when it
 * shrinks, and at intervals, because others write and remove there too.
 */
class Disk {
  #pid;
  // Process 1 alone has a /tmp for itself.
  #places = isInit ? [directory, TEMPORARY, '/dev/termination-log'] : [directory];
  #free = { bytes: 0, files: 0 };
  #freeAtStart = this.#freeSpace();
  #freeAtLook = this.#freeAtStart;
  /** The look that goes on. */
  #looking = null;
  /** Whether it came upon something that it cannot look into: what the disk has less since the start then counts. */
  #isBlind = false;
  /** Processor time of the look, milliseconds. */
  #spent = 0;
  /** What the look before has found, bytes. */
  #used = 0;
  #interval = DISK_OFTEN_MS;
  #nextRegular = performance.now() + DISK_FIRST_MS;
  #nextUrgent = 0;
  #nextSlice = 0;

  constructor(pid) {
    this.#pid = pid;
  }

  /** Whether the limit is exceeded, as far as can be told yet. */
  look() {
    const now = performance.now();
    if (now < this.#nextSlice) return false;
    const free = this.#freeSpace();
    const { bytes, files } = this.#freeAtLook;
    const isUrgent = bytes - free.bytes >= DISK_STEP || files - free.files >= DISK_STEP_FILES;
    if (this.#looking === null) {
      if (now < (isUrgent ? this.#nextUrgent : this.#nextRegular)) return false;
      this.#looking = this.#measure();
      this.#freeAtLook = free;
      this.#spent = 0;
    }
    const before = selfCpuMs();
    const { used, isWhole } = this.#proceed(now + DISK_SLICE_MS);
    const spent = selfCpuMs() - before;
    this.#spent += spent;
    const lost = this.#isBlind ? this.#freeAtStart.bytes - free.bytes : 0;
    if (Math.max(used, lost) > DISK_BYTES) return true;
    if (!isWhole) {
      this.#nextSlice = now + spent * DISK_PAUSE_URGENT;
      return false;
    }
    this.#looking = null;
    this.#interval = used > this.#used + MiB ? DISK_OFTEN_MS : Math.min(2 * this.#interval, DISK_RARELY_MS);
    this.#used = used;
    this.#nextRegular = now + Math.max(this.#interval, this.#spent * DISK_PAUSE);
    this.#nextUrgent = now + this.#spent * DISK_PAUSE_URGENT;
    return false;
  }

  /** Leaves the look that goes on, and the directory it has open. */
  close() {
    this.#looking?.return();
  }

  /** Goes on with the look for a moment: the bytes found, and whether that is all there is. */
  #proceed(until) {
    for (let turn = 1; ; turn++) {
      const { value: used, done: isWhole } = this.#looking.next();
      if (isWhole || used > DISK_BYTES) return { used, isWhole };
      if (turn % 16 === 0 && performance.now() >= until) return { used, isWhole };
    }
  }

  #freeSpace() {
    try {
      const { bfree, bsize, ffree } = fs.statfsSync(directory);
      this.#free = { bytes: bfree * bsize, files: ffree };
    } catch {
      // It may be gone.
    }
    return this.#free;
  }

  /** Yields the bytes found so far, after each file, and returns them; infinity when there are too many files. */
  *#measure() {
    this.#isBlind = false;
    let used = 0;
    let files = 0;
    let descriptors = 0;
    const devices = new Set();
    const counted = new Set();
    // A file with several names is one, and so is one that lost its name since it was counted.
    const newBytes = ({ dev, ino, blocks }) => {
      const { size } = counted;
      return counted.add(`${dev} ${ino}`).size > size ? 512 * blocks : 0;
    };
    for (const place of this.#places) {
      for (const status of this.#filesBelow(Buffer.from(place))) {
        if (status === null) files += 1;
        else {
          devices.add(status.dev);
          used += newBytes(status);
        }
        yield files > DISK_FILES ? Number.POSITIVE_INFINITY : used;
      }
    }
    for (const pid of processesOf(this.#pid)) {
      for (const { status, link } of this.#openFiles(pid)) {
        descriptors += 1;
        if (status.isFile() && devices.has(status.dev) && isNameless(status, link)) used += newBytes(status);
        yield descriptors > DISK_DESCRIPTORS ? Number.POSITIVE_INFINITY : used;
      }
    }
    return used;
  }

  /**
   * Yields null for each file below `place`, then its status, and that of `place`. No link is followed, and no other file
   * system is entered. Names come first: they cost little, in gVisor a tenth of a status.
   */
  *#filesBelow(place) {
    const top = this.#statusOf(place);
    if (top === null) return;
    yield top;
    const ahead = top.isDirectory() ? [place] : [];
    for (let path = ahead.pop(); path !== undefined; path = ahead.pop()) {
      const found = [];
      try {
        for (const below of namesIn(path)) {
          found.push(below);
          yield null;
        }
      } catch (error) {
        this.#consider(error);
      }
      for (const below of found) {
        const status = this.#statusOf(below);
        if (status === null || status.dev !== top.dev) continue;
        yield status;
        if (status.isDirectory()) ahead.push(below);
      }
    }
  }

  #statusOf(path) {
    try {
      return fs.lstatSync(path, { throwIfNoEntry: false }) ?? null;
    } catch (error) {
      this.#consider(error);
      return null;
    }
  }

  /** It was removed meanwhile; or is closed to us, its path is too long, or no descriptor is left to us. */
  #consider(error) {
    if (!['ENOENT', 'ENOTDIR'].includes(error.code)) this.#isBlind = true;
  }

  /** The status of what a process holds open, and where that is told. */
  *#openFiles(pid) {
    try {
      for (const link of namesIn(Buffer.from(`/proc/${pid}/fd`))) {
        const status = fs.statSync(link, { throwIfNoEntry: false });
        if (status !== undefined) yield { status, link };
      }
    } catch (error) {
      // What has no memory any more has ended; others hide what they hold.
      if (error.code !== 'ENOENT' && memoryOf(pid) !== null) this.#isBlind = true;
    }
  }
}

/** Whether an open file was removed; `link` is that of a descriptor. gVisor shows it in the latter alone. */
function isNameless({ nlink }, link) {
  try {
    return nlink === 0 || fs.readlinkSync(link).endsWith(' (deleted)');
  } catch {
    return false;
  }
}

const SLASH = Buffer.from('/');

/** Paths in a directory, as bytes: names need not be text. */
function* namesIn(path) {
  const opened = fs.opendirSync(path, { encoding: 'buffer' });
  try {
    for (let entry = opened.readSync(); entry !== null; entry = opened.readSync()) {
      yield Buffer.concat([path, SLASH, entry.name]);
    }
  } finally {
    opened.closeSync();
  }
}

// ---------------------------------------------------------------------------------------------------------------------
// A run

/** Signals by which V8 ends its process, running out of memory among the reasons, and what it says then. */
const CRASHES = ['SIGABRT', 'SIGTRAP', 'SIGILL', 'SIGSEGV', 'SIGBUS'];
const OUT_OF_MEMORY = /out of memory|Allocation failed/i;
/** Characters of stderr kept to tell such a crash by. */
const LAST_WORDS = 4000;

/** One program from its payload to its end. */
class Run {
  #child;
  #outlet;
  #payload;
  #chunker;
  #meter;
  #disk;
  #startedTime = performance.now();
  #wallMs = null;
  #cause = null;
  #lastWords = '';
  #timers = [];
  #killTimer = null;
  #killDue = Number.POSITIVE_INFINITY;
  #isPaused = false;

  constructor(child, outlet, payload) {
    this.#child = child;
    this.#outlet = outlet;
    this.#payload = payload;
    this.#chunker = new Chunker(outlet, payload.limits.outputBytes, () => {
      this.stop('output', 0);
      // What comes now would only be dropped.
      child.stdout.destroy();
      child.stderr.destroy();
    });
  }

  /** Resolves when the program has ended and `end` was given to the outlet. */
  async toItsEnd() {
    const { limits, startedAgoMs = 0 } = this.#payload;
    const child = this.#child;
    this.#disk = new Disk(child.pid);
    const trouble = writeFiles(this.#payload);
    this.#meter = new Meter(child.pid);
    const drained = Promise.all([this.#pump(1, child.stdout), this.#pump(2, child.stderr)]);
    this.#startedTime = performance.now();
    this.#outlet.start({ type: 'start', id: this.#payload.id, at: Date.now() });
    if (trouble === null) this.#startProgram();
    else this.#fail(trouble);
    this.#timers = [
      setTimeout(() => this.stop('timeout', GRACE_MS), Math.max(0, limits.timeoutMs - startedAgoMs)),
      setInterval(() => this.#look(), LOOK_MS),
    ];
    this.#outlet.onRoom = () => this.#pauseOrResume();

    const exit = await child.exited;
    this.#wallMs = Math.round(performance.now() - this.#startedTime);
    for (const timer of [...this.#timers, this.#killTimer]) clearTimeout(timer);
    this.#disk.close();
    await this.#drain(drained);
    this.#chunker.end();
    this.#outlet.end(this.#endFrame(trouble === null ? exit : { code: 1, signal: null }));
  }

  /** SIGTERM, and SIGKILL after the grace; the cause counts unless there is one already. */
  stop(cause, graceMs) {
    if (this.#wallMs !== null && cause !== 'output') return;
    this.#cause ??= cause;
    if (graceMs === 0) return this.#child.killAll();
    this.#child.signal('SIGTERM');
    // Being told again gives no more time.
    const due = performance.now() + graceMs;
    if (due >= this.#killDue) return;
    this.#killDue = due;
    clearTimeout(this.#killTimer);
    this.#killTimer = setTimeout(() => this.#child.killAll(), graceMs);
  }

  #startProgram() {
    const { fileName, args, stdin, files, env } = this.#payload;
    const own = Object.entries(environment()).map(([name, value]) => ({ name, value }));
    const isTypeScript = [fileName, ...files.map(({ path }) => path)].some((name) => /\.[cm]?ts$/.test(name));
    this.#child.become({
      file: join(directory, fileName),
      args,
      env: [...own, ...env],
      isTypeScript,
      // Node's own processes that the program forks get these.
      execArgv: isTypeScript ? typeScriptFlags() : [],
    });
    this.#child.stdin.end(stdin);
    // An end is not enough for a pipe, which is no socket and cannot be shut down.
    this.#child.stdin.destroySoon();
    this.#payload = { id: this.#payload.id, limits: this.#payload.limits };
  }

  /** The program could not be written: as good as a program that says so and exits. */
  #fail(trouble) {
    this.#chunker.push(2, Buffer.from(`${trouble}\n`));
    this.#child.killAll();
  }

  #pump(stream, pipe) {
    return new Promise((resolveEnd) => {
      pipe.on('data', (bytes) => {
        if (this.#meter.peakMb === null) this.#meter.look();
        if (stream === 2) this.#lastWords = (this.#lastWords + bytes.toString('latin1')).slice(-LAST_WORDS);
        this.#chunker.push(stream, bytes);
        this.#pauseOrResume();
      });
      pipe.once('close', resolveEnd);
      pipe.on('error', () => pipe.destroy());
    });
  }

  /** What is in the pipes when the program has ended is little, and is read whatever is held. */
  #pauseOrResume() {
    const isPaused = this.#outlet.heldBytes > HELD_BYTES && this.#wallMs === null;
    if (isPaused === this.#isPaused) return;
    this.#isPaused = isPaused;
    for (const pipe of [this.#child.stdout, this.#child.stderr]) {
      if (isPaused) pipe.pause();
      else pipe.resume();
    }
  }

  /** Ends all else, and reads on until nobody can write any more. */
  async #drain(drained) {
    this.#child.killAll();
    this.#pauseOrResume();
    // A process may be born while all are killed.
    const again = setInterval(() => this.#child.killAll(), 100);
    const giveUp = setTimeout(() => {
      this.#child.stdout.destroy();
      this.#child.stderr.destroy();
    }, DRAIN_MS);
    await drained;
    clearInterval(again);
    clearTimeout(giveUp);
    this.#child.destroy();
  }

  #look() {
    this.#meter.look();
    if (this.#meter.hasMoreThan(this.#payload.limits.memoryMb)) this.stop('memory', 0);
    if (this.#disk.look()) this.stop('disk', 0);
  }

  #endFrame({ code, signal }) {
    const cause = this.#cause ?? this.#ownCause(signal);
    return {
      type: 'end',
      last: this.#outlet.last,
      cause,
      exitCode: cause === 'exit' ? code : null,
      signal: cause === 'signal' ? signal : null,
      wallMs: this.#wallMs,
      cpuMs: this.#meter.cpuMs(),
      maxMemoryMb: this.#meter.peakMb,
      truncated: this.#chunker.isTruncated,
    };
  }

  /** Why a program ended that nobody ended. */
  #ownCause(signal) {
    if (signal === null) return 'exit';
    if (this.#meter.hasMoreThan(this.#payload.limits.memoryMb)) return 'memory';
    if (signal === 'SIGKILL' && this.#meter.wasOom()) return 'memory';
    return CRASHES.includes(signal) && OUT_OF_MEMORY.test(this.#lastWords) ? 'memory' : 'signal';
  }
}

/** Writes the program and its files; returns what went wrong, or null. */
function writeFiles({ fileName, code, files }) {
  for (const { path, content } of [
    ...files.map((file) => ({ path: file.path, content: Buffer.from(file.content, 'base64') })),
    { path: fileName, content: code },
  ]) {
    const target = resolve(directory, path);
    if (!target.startsWith(resolve(directory) + sep)) return `${path}: not inside the working directory`;
    try {
      if (dirname(target) !== directory) fs.mkdirSync(dirname(target), { recursive: true });
      fs.writeFileSync(target, content);
    } catch (error) {
      return `${path}: cannot be written (${error.code})`;
    }
  }
  return null;
}

// ---------------------------------------------------------------------------------------------------------------------
// The conversation

/** Answers the server's lines; `waiting` until a payload came, then `running`, then `ended`. */
class Conversation {
  #outlet;
  #child;
  #run = null;
  #id = null;
  #state = 'waiting';
  #idle;

  constructor(outlet, child) {
    this.#outlet = outlet;
    this.#child = child;
    this.#idle = setTimeout(() => process.exit(0), idleMs);
    void child.exited.then(() => {
      if (this.#state === 'waiting') giveUp('The waiting Node has ended.');
    });
    this.#ready('-');
  }

  hear(line) {
    if (this.#state === 'waiting') this.#idle.refresh();
    const [word, first, second] = line.toString('latin1', 0, Math.min(line.length, HEAD_BYTES)).split(' ', 3);
    if (word === 'hello' && isName(first)) {
      this.#ready(first);
      if (isNumber(second)) this.#outlet.repeatAfter(Number(second));
    } else if (word === 'run' && isName(first)) {
      if (this.#state === 'waiting') this.#start(first, line);
    } else if (word === 'ack' && isNumber(first)) {
      this.#outlet.acknowledge(Number(first));
    } else if (word === 'stop' && isName(first) && isNumber(second)) {
      this.#run?.stop(first, Number(second));
    } else if (word === 'bye' && first === undefined) {
      if (this.#state !== 'running') exit();
    }
  }

  async terminate() {
    if (this.#state === 'running') return this.#run.stop('terminated', GRACE_MS);
    await this.#outlet.emptied();
    process.exit(0);
  }

  #ready(nonce) {
    this.#outlet.say({
      type: 'ready',
      nonce,
      protocol: PROTOCOL,
      version: process.versions.node,
      state: this.#state,
      id: this.#id,
      last: this.#outlet.last,
    });
  }

  #start(id, line) {
    const payload = parsePayload(line);
    if (payload === null) return this.#outlet.say({ type: 'refused', id });
    clearTimeout(this.#idle);
    this.#state = 'running';
    this.#id = id;
    this.#run = new Run(this.#child, this.#outlet, { ...payload, id });
    void this.#run.toItsEnd().then(async () => {
      this.#state = 'ended';
      await this.#outlet.emptied();
      // An exit cuts the attached streams, also when there is little time.
      setTimeout(exit, isTerminated ? Math.min(lingerMs, GRACE_MS) : lingerMs);
    });
  }
}

/** A node that ended a pod tells why only when that failed. */
function exit() {
  process.exit(isTerminated ? 143 : 0);
}

/** Ids, nonces and causes are short words. */
function isName(text) {
  return text !== undefined && /^[\x21-\x7e]{1,200}$/.test(text);
}

function isNumber(text) {
  return text !== undefined && /^\d{1,15}$/.test(text);
}

/** Says why on stderr; nothing of a payload may stand there. */
function giveUp(reason) {
  fs.writeSync(2, `launcher: ${reason}\n`);
  process.exit(1);
}

/** Signals that Node or a default action would make dangerous, coming from the program. */
const IGNORED = ['SIGINT', 'SIGHUP', 'SIGQUIT', 'SIGUSR1', 'SIGUSR2', 'SIGPIPE', 'SIGALRM', 'SIGVTALRM'];
const ALSO_IGNORED = ['SIGIO', 'SIGPWR', 'SIGSTKFLT', 'SIGTSTP', 'SIGTTIN', 'SIGTTOU', 'SIGXCPU', 'SIGWINCH'];

let isTerminated = false;
let conversation = null;

for (const signal of [...IGNORED, ...ALSO_IGNORED]) {
  try {
    process.on(signal, () => {});
  } catch {
    // Not known here.
  }
}
process.on('SIGTERM', () => {
  isTerminated = true;
  if (conversation === null) process.exit(0);
  void conversation.terminate();
});
process.on('uncaughtException', (error) => {
  const places = String(error?.stack)
    .split('\n')
    .filter((line) => /^ {4}at /.test(line));
  giveUp(`${error?.name} ${error?.code ?? ''}\n${places.join('\n')}`);
});

/** The first child that gets ready; with fewer bounds where there is no shell, or it cannot give them. */
async function readyChild() {
  fs.mkdirSync(directory, { recursive: true });
  const ways = [
    { bounds: BOUNDS, pipes: PIPES },
    { bounds: BOUNDS, pipes: '' },
    { bounds: '', pipes: '' },
  ];
  for (const way of fs.existsSync(SHELL) ? ways : ways.slice(-1)) {
    const child = new Child(way);
    process.once('exit', () => child.killAll());
    if (await child.isReady) return child;
    child.destroy();
    await child.exited;
  }
  return giveUp('No Node got ready to run a program.');
}

/** Goes through what comes with a payload, so that the first one finds it compiled. */
function rehearse(child) {
  const json = JSON.stringify({
    fileName: 'a',
    code: '',
    stdin: '',
    args: [],
    files: [],
    env: [],
    limits: {},
  });
  const hash = createHash('sha256').update(json).digest('hex');
  parsePayload(Buffer.from(`run a ${json.length} ${hash} ${json}`));
  const chunker = new Chunker({ last: 0, chunk() {}, flush() {} }, MiB, () => {});
  for (const text of ['a\n', 'b']) chunker.push(1, Buffer.from(text));
  chunker.end();
  fs.writeFileSync('/dev/null', '');
  new Meter(child.pid).look();
  new Disk(child.pid).look();
  child.rehearse();
}

const child = await readyChild();
rehearse(child);
conversation = new Conversation(new Outlet(), child);
const lines = new Lines((line) => conversation.hear(line));
process.stdin.on('data', (bytes) => lines.push(bytes));
process.stdin.on('error', () => {});
