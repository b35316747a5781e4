const KiB = 1024;
/**
 * CPython counts the bytes its C code has on WebAssembly's stack and raises RecursionError before that overflows. V8
 * keeps the rest of each call on a stack of its own, which CPython knows nothing of: this many bytes there for each
 * one here, at most (a dictionary that holds itself, compared with its like). Some code uses V8's stack alone, like
 * the release of lists nested in lists, 230 bytes a level: nothing but that stack's size bounds how deep it may go.
 */
const RATIO = 24;
/** Room for the parser and for what runs near the bottom, however small V8's stack is. */
const LEAST_BYTES = 192 * KiB;

/** Makes CPython stop recursing before V8's stack of `stackKb` KiB is used up. */
export function limitStack(module, stackKb) {
  const base = module._emscripten_stack_get_base();
  const available = base - module._emscripten_stack_get_end();
  const bytes = Math.min(available, Math.max(LEAST_BYTES, (stackKb * KiB) / RATIO)) & ~15;
  module._PyUnstable_ThreadState_SetStackProtection(module._PyThreadState_Get(), base - bytes, bytes);
}
