import { copyFiles } from './files.js';
import { flushStandardStreams } from './functions.js';
import { ABORTED } from './imports.js';
import { FramedStdin } from './input.js';
import { HOME_DIRECTORY, PREFIX, WORK_DIRECTORY } from './interpreter.js';

/**
 * Reads one payload from stdin and not a byte more: a line with its length in bytes, then so many bytes of JSON,
 * `{ fileName, code, args, keepsFiles, env: [{ name, value }], files: [{ path, content }] }`, `content` in base64. What follows
 * on stdin is the program's, in frames with `stdinOpen: true`. Ends the process when stdin ends first: nobody wants this process any more.
 */
export function readPayload() {
  return JSON.parse(new TextDecoder().decode(read(readLength())));
}

function readLength() {
  const LINE_FEED = 10;
  let digits = '';
  for (;;) {
    const [byte] = read(1);
    if (byte === LINE_FEED) return Number(digits);
    digits += String.fromCharCode(byte);
  }
}

function read(length) {
  const bytes = new Uint8Array(length);
  let filled = 0;
  while (filled < length) {
    const count = Deno.stdin.readSync(bytes.subarray(filled));
    if (count === null) Deno.exit(0);
    filled += count;
  }
  return bytes;
}

/** What a program finds in its environment beside its own variables. */
const ENVIRONMENT = {
  PATH: `${PREFIX}/bin:/usr/local/sbin:/usr/sbin:/usr/bin:/sbin:/bin`,
  HOME: HOME_DIRECTORY,
  LANG: 'C.UTF-8',
  TMPDIR: '/tmp',
  USER: 'user',
  PWD: WORK_DIRECTORY,
};

/** Tells Python what it is to run: arguments, environment, where the program lies. `path`: from `writeFiles`. */
export function setStage(python, path, { fileName, args, env }) {
  const directory = path.slice(0, path.lastIndexOf('/'));
  const document = {
    fileName,
    args,
    directory,
    env: { ...ENVIRONMENT, ...Object.fromEntries(env.map(({ name, value }) => [name, value])) },
    ownFiles: python.FS.readdir(directory).map((name) => name.replace(/\.py$/, '')),
  };
  uninterrupted(python, () => call(python, python.state.begin, JSON.stringify(document)));
}

/** Calls what is no part of a program: an interrupt that comes meanwhile waits for that. */
export function uninterrupted(python, step) {
  const { interrupts } = python;
  python.interrupts = undefined;
  step();
  python.interrupts = interrupts;
}

/** Writes the program and the files that came with it, unless it is there already, to the working directory; returns the program's path. */
export function writeFiles(FS, { fileName, code, files, isWritten = false }) {
  if (isWritten) return `${WORK_DIRECTORY}/${fileName}`;
  for (const { path, content } of files) writeFile(FS, path, Uint8Array.fromBase64(content));
  return writeFile(FS, fileName, code);
}

/** Writes a file to the working directory; returns its path. */
export function writeFile(FS, name, content) {
  const path = `${WORK_DIRECTORY}/${name}`;
  FS.mkdirTree(path.slice(0, path.lastIndexOf('/')));
  FS.writeFile(path, content);
  return path;
}

/** Calls a Python function with one string; returns what it returned, as `str` does. */
export function call(python, callable, argument) {
  const bytes = new TextEncoder().encode(argument);
  const memory = python._malloc(bytes.length + 1);
  python.HEAPU8.set(bytes, memory);
  const string = python._PyUnicode_FromStringAndSize(memory, bytes.length);
  python._free(memory);
  const result = python._PyObject_CallOneArg(callable, string);
  if (result === 0) {
    python._PyErr_Print();
    throw new Error('Expected the interpreter to take the program, got a Python exception');
  }
  const text = python._PyObject_Str(result);
  const returned = python.UTF8ToString(python._PyUnicode_AsUTF8(text));
  for (const object of [text, result, string]) python._Py_DecRef(object);
  return returned;
}

/** How often text that waits for the rest of its line is handed on while Python computes, milliseconds. */
const FLUSH_MS = 20;
/** CPython asks for signals every 50 jumps; the clock is looked at every so many times it asks. */
const TICKS_PER_POLL = 64;
/** What a shell shows for a process that SIGINT ended. */
const INTERRUPTED = 130;
const FLUSH_FAILED = 120;
/** The flag with which Python closes the file it has read. */
const CLOSE_FILE = 1;

/**
 * Runs the payload's program as `python3 <fileName> <args…>` does and ends the process with its exit code.
 * @param filesDirectory where the files that it leaves are copied to; '': nowhere
 */
export function runProgram(python, payload, filesDirectory) {
  const path = writeFiles(python.FS, payload);
  try {
    if (payload.keepsFiles && filesDirectory !== '') {
      python.files = copyFiles(python, filesDirectory);
      python.beforeExit = () => python.files.finish();
    }
    setStage(python, path, payload);
    setOptimization(python, payload.env);
    if (payload.stdinOpen) python.stdin = new FramedStdin();
    flushInTime(python);
    const exitCode = execute(python, path);
    python.beforeExit?.();
    Deno.exit(exitCode);
  } catch (error) {
    giveUp(python, error);
  }
}

/** `PYTHONOPTIMIZE`, for what is compiled from now on. Not a number, it stands for 1. */
function setOptimization(python, env) {
  const value = env.findLast(({ name }) => name === 'PYTHONOPTIMIZE')?.value;
  if (!value) return;
  const level = /^\d+$/.test(value) ? Math.min(Number(value), 2) : 1;
  const number = python._PyLong_FromLong(level);
  if (python._PyConfig_Set(python.stringToNewUTF8('optimization_level'), number) !== 0) python._PyErr_Clear();
  python._Py_DecRef(number);
}

/** What CPython's own main does with a file: run it as `__main__`, print what it raised, finalize, return the code. */
function execute(python, path) {
  const file = python._fopen(python.stringToNewUTF8(path), python.stringToNewUTF8('rb'));
  const failed = python._PyRun_SimpleFileExFlags(file, python.stringToNewUTF8(path), CLOSE_FILE, 0) !== 0;
  if (failed) explain(python);
  const exitCode = failed ? (wasInterrupted(python) ? INTERRUPTED : 1) : 0;
  return python._Py_FinalizeEx() < 0 ? FLUSH_FAILED : exitCode;
}

/** Adds a line to the traceback where it needs one. */
function explain(python) {
  const result = python._PyObject_CallNoArgs(python.state.explain);
  if (result === 0) python._PyErr_Clear();
  else python._Py_DecRef(result);
}

function wasInterrupted(python) {
  const type = python._PySys_GetObject(python.stringToNewUTF8('last_type'));
  return type !== 0 && type === python.HEAPU32[python._PyExc_KeyboardInterrupt >> 2];
}

/** Also at the very end: what a last `__del__` printed is still in the streams, which outlive Python's own flush. */
export function flushInTime(python) {
  let ticks = 0;
  let last = performance.now();
  python.onTick = () => {
    if (!python.isWoken) {
      if (++ticks % TICKS_PER_POLL !== 0) return 0;
      const now = performance.now();
      if (now - last < FLUSH_MS) return 0;
      last = now;
      python.files?.onTick(now);
      python._Py_AddPendingCall(python.functions.flush, 0);
    }
    python.isWoken = false;
    return python.interrupts?.take() ?? 0;
  };
  python._PyUnstable_AtExit(python._PyInterpreterState_Get(), python.functions['flush at the end'], 0);
  python.beforeWait = () => {
    flushStandardStreams(python);
    python.files?.beforeWait();
  };
  python.HEAPU8[python._Py_EMSCRIPTEN_SIGNAL_HANDLING] = 1;
}

/** The interpreter is gone: say so in one sentence and end. What it could still say it has said. */
export function giveUp(python, error) {
  const reason =
    error instanceof RangeError && /call stack/.test(error.message)
      ? 'stack overflow: the recursion goes deeper than the embedded sandbox can'
      : 'the interpreter failed in a way it cannot recover from';
  python.beforeExit?.();
  Deno.stderr.writeSync(new TextEncoder().encode(`Fatal Python error: ${reason}\n`));
  Deno.exit(ABORTED);
}
