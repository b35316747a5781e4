import { flushStandardStreams } from './functions.js';
import { ABORTED } from './imports.js';
import { setStage, writeFiles } from './stage.js';

/** How often text that waits for the rest of its line is handed on while Python computes, milliseconds. */
const FLUSH_MS = 20;
/** CPython asks for signals every 50 jumps; the clock is looked at every so many times it asks. */
const TICKS_PER_LOOK = 64;
/** What a shell shows for a process that SIGINT ended. */
const INTERRUPTED = 130;
const FLUSH_FAILED = 120;
/** The flag with which Python closes the file it has read. */
const CLOSE_FILE = 1;

/**
 * Runs the payload's program as `python3 <fileName> <args…>` does and ends the process with its exit code.
 */
export function runProgram(python, payload) {
  const path = writeFiles(python.FS, payload);
  try {
    setStage(python, path, payload);
    flushInTime(python);
    Deno.exit(execute(python, path));
  } catch (error) {
    giveUp(error);
  }
}

/** What CPython's own main does with a file: run it as `__main__`, print what it raised, finalize, return the code. */
function execute(python, path) {
  const file = python._fopen(python.stringToNewUTF8(path), python.stringToNewUTF8('rb'));
  const failed = python._PyRun_SimpleFileExFlags(file, python.stringToNewUTF8(path), CLOSE_FILE, 0) !== 0;
  const exitCode = failed ? (wasInterrupted(python) ? INTERRUPTED : 1) : 0;
  return python._Py_FinalizeEx() < 0 ? FLUSH_FAILED : exitCode;
}

function wasInterrupted(python) {
  const type = python._PySys_GetObject(python.stringToNewUTF8('last_type'));
  return type !== 0 && type === python.HEAPU32[python._PyExc_KeyboardInterrupt >> 2];
}

/** Also at the very end: what a last `__del__` printed is still in the streams, which outlive Python's own flush. */
function flushInTime(python) {
  let ticks = 0;
  let last = performance.now();
  python.onTick = () => {
    if (++ticks % TICKS_PER_LOOK !== 0) return;
    const now = performance.now();
    if (now - last < FLUSH_MS) return;
    last = now;
    python._Py_AddPendingCall(python.functions.flush, 0);
  };
  python._PyUnstable_AtExit(python._PyInterpreterState_Get(), python.functions['flush at the end'], 0);
  python.beforeWait = () => flushStandardStreams(python);
  python.HEAPU8[python._Py_EMSCRIPTEN_SIGNAL_HANDLING] = 1;
}

/** The interpreter is gone: say so in one sentence and end. What it could still say it has said. */
function giveUp(error) {
  const reason =
    error instanceof RangeError && /call stack/.test(error.message)
      ? 'stack overflow: the recursion goes deeper than the embedded sandbox can'
      : 'the interpreter failed in a way it cannot recover from';
  Deno.stderr.writeSync(new TextEncoder().encode(`Fatal Python error: ${reason}\n`));
  Deno.exit(ABORTED);
}
