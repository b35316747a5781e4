import { pauseUntilInterrupted } from './devices.js';

/** What a shell shows for a process that SIGABRT ended. */
export const ABORTED = 134;
const ENOMEM = 48;
const EINTR = 27;
/** Calls that make files longer: their bytes are outside Python's memory. */
const GROWING = [
  'fd_write',
  'fd_pwrite',
  '__syscall_ftruncate64',
  '__syscall_truncate64',
  '__syscall_fallocate',
];

/**
 * Puts our own in the place of functions that WebAssembly calls and that Emscripten implements for a page in a
 * browser. `module` gets to know what happens: `beforeWait()` is called before the thread blocks, `beforeExit()` before the program
 * ends the process, `onTick()` every
 * few dozen jumps while Python computes, when its signal handling is switched on; what it
 * returns is the signal to raise, or 0.
 */
export function replaceImports({ env, wasi_snapshot_preview1: wasi }, module) {
  const exit = (code) => {
    module.beforeExit?.();
    Deno.exit(code & 255);
  };
  env.exit = exit;
  env.proc_exit = exit;
  wasi.proc_exit = exit;
  env._abort_js = () => {
    module.beforeExit?.();
    Deno.exit(ABORTED);
  };
  // Of Pyodide's bridge to JavaScript, which is never entered.
  env.Jsv_GetError_import = () => undefined;
  env.JsvError_Check = () => 0;
  env._Py_CheckEmscriptenSignals_Helper = () => module.onTick?.() ?? 0;
  waitInPoll(env, module);
  useUniversalTime(env, module);
  for (const library of [env, wasi]) {
    for (const name of GROWING) {
      if (library[name] !== undefined) library[name] = refuseWithoutMemory(library[name], library === wasi);
    }
  }
}

/** Emscripten's poll looks and returns at once: whoever waits with it would burn the processor. */
function waitInPoll(env, module) {
  const poll = env.__syscall_poll;
  env.__syscall_poll = (descriptors, count, timeout) => {
    const ready = poll(descriptors, count, timeout);
    if (ready !== 0 || timeout === 0) return ready;
    module.beforeWait?.();
    if (pauseUntilInterrupted(module, timeout < 0 ? Infinity : timeout)) return -EINTR;
    return poll(descriptors, count, 0);
  };
}

/** Local time is UTC, whatever the host's is. The rest of C's `struct tm` is what gmtime fills in too. */
function useUniversalTime(env, module) {
  const IS_SUMMER = 32;
  const OFFSET = 36;
  const gmtime = env._gmtime_js;
  env._localtime_js = (time, fields) => {
    gmtime(time, fields);
    module.HEAP32[(fields + IS_SUMMER) >> 2] = 0;
    module.HEAP32[(fields + OFFSET) >> 2] = 0;
  };
  env._mktime_js = env._timegm_js;
  env._tzset_js = (offset, hasSummer, name, summerName) => {
    module.HEAP32[offset >> 2] = 0;
    module.HEAP32[hasSummer >> 2] = 0;
    for (const place of [name, summerName])
      module.HEAPU8.set(
        [...'UTC\0'].map((c) => c.charCodeAt(0)),
        place,
      );
  };
}

/** A file that cannot grow is an error of the call, not the interpreter's end. */
function refuseWithoutMemory(call, isWasi) {
  return (...args) => {
    try {
      return call(...args);
    } catch (error) {
      if (!(error instanceof RangeError) || /call stack/.test(error.message)) throw error;
      return isWasi ? ENOMEM : -ENOMEM;
    }
  };
}
