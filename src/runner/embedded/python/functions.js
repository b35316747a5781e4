import { pauseUntilInterrupted } from './devices.js';
import { newOsError, strerror } from './error-numbers.js';

/**
 * Functions of CPython's C modules that are implemented here, because what Emscripten offers in their place would
 * burn the processor (`time.sleep`) or fail with words that explain nothing (threads, processes, sockets). They are
 * put under the method definitions the modules already have, so `time.sleep` stays the built-in function it is and a
 * traceback shows no frame in between.
 */

/** How many arguments a method's C function takes, by its flags: VARARGS 1, KEYWORDS 2, NOARGS 4, O 8, FASTCALL 128. */
const ARGUMENT_COUNTS = { 1: 2, 3: 3, 4: 2, 8: 2, 128: 3, 130: 4 };
/** Layout of wasm32, which build.js holds against the build that is there: PyCFunctionObject.m_ml, PyMethodDef.ml_meth and ml_flags, PyWrapperDescrObject.d_wrapped. */
export const METHOD_DEFINITION = 8;
export const METHOD_FUNCTION = 4;
export const METHOD_FLAGS = 8;
export const WRAPPED_FUNCTION = 24;
/** PyTypeObject.tp_init. */
export const INITIALIZER = 148;
/** _PyTime_round_t: a sleep is never shorter than asked for. */
const ROUND_CEILING = 1;
const NANOSECONDS_IN_MILLISECOND = 1e6;

/** What programs are refused; bootstrap.py says with which exceptions. */
const REFUSALS = ['thread', 'process', 'socket', 'resolve'];

/**
 * Adds the functions to the function table, always in this order: a snapshot holds their numbers. `module.state` (what
 * bootstrap.py's `addresses` said) must be set before Python calls one of them.
 */
export function addFunctions(module) {
  const table = [
    ['sleep', 2, (_self, seconds) => sleep(module, seconds)],
    ['strerror', 2, (_self, number) => strerror(module, number)],
    ['new OSError', 3, (type, args, keywords) => newOsError(module, type, args, keywords)],
    ['flush', 1, () => flushStandardStreams(module)],
    ['flush at the end', 1, () => flushStandardStreams(module), false],
  ];
  for (const name of REFUSALS) {
    for (const count of [2, 3, 4]) table.push([`${name} ${count}`, count, () => refuse(module, name)]);
    table.push([`${name} initializer`, 3, () => refuse(module, name) - 1]);
  }
  const indices = addToTable(
    module,
    table.map(([, count, implementation, returns = true]) => [implementation, count, returns]),
  );
  module.functions = Object.fromEntries(table.map(([name], position) => [name, indices[position]]));
}

/** Puts the function or refusal called `name` under the built-in function at address `method`. */
export function replaceMethod(module, method, name) {
  const definition = module.HEAPU32[(method + METHOD_DEFINITION) >> 2];
  const flags = module.HEAPU32[(definition + METHOD_FLAGS) >> 2];
  const index = module.functions[name] ?? module.functions[`${name} ${ARGUMENT_COUNTS[flags]}`];
  if (index === undefined)
    throw new Error(`Expected a method of a known kind for ${name}, got flags ${flags}`);
  module.HEAPU32[(definition + METHOD_FUNCTION) >> 2] = index;
}

/** Puts the refusal called `name` in the place of `__init__` (at address `wrapper`) of the C type at address `type`. */
export function replaceInitializer(module, type, wrapper, name) {
  const index = module.functions[`${name} initializer`];
  module.HEAPU32[(wrapper + WRAPPED_FUNCTION) >> 2] = index;
  module.HEAPU32[(type + INITIALIZER) >> 2] = index;
}

/** Raises the exception of that name in Python; 0 is the null pointer that tells CPython of it. */
function refuse(module, name) {
  const [type, argument] = module.state.refusals[name];
  module._PyErr_SetObject(type, argument);
  return 0;
}

function sleep(module, seconds) {
  const time = module._malloc(8);
  const failed = module.__PyTime_FromSecondsObject(time, seconds, ROUND_CEILING) !== 0;
  const nanoseconds = module.HEAP64[time >> 3];
  module._free(time);
  if (failed) return 0;
  if (nanoseconds < 0n) return refuse(module, 'negative sleep');
  flushStandardStreams(module);
  const until = performance.now() + Number(nanoseconds) / NANOSECONDS_IN_MILLISECOND;
  while (pauseUntilInterrupted(module, until - performance.now())) {
    // A handler that raises nothing does not end the sleep.
    if (module._PyErr_CheckSignals() !== 0) return 0;
  }
  const NONE = 0;
  return module._Py_GetConstant(NONE);
}

/**
 * Hands on what the program printed without ending the line, and what it wrote to `sys.stdout.buffer`. Only the
 * streams Python opened itself are flushed; a program's own object in `sys.stdout` is left alone.
 */
export function flushStandardStreams(module) {
  // Python may have let go of its thread state, as it does before a system call that can block.
  const held = module._PyGILState_Ensure();
  for (const flush of module.state.flushes) {
    const result = module._PyObject_CallNoArgs(flush);
    if (result === 0) module._PyErr_Clear();
    else module._Py_DecRef(result);
  }
  module._PyGILState_Release(held);
  return 0;
}

/** WebAssembly's binary format: what is used of it here. */
const HEADER = [0, 0x61, 0x73, 0x6d, 1, 0, 0, 0];
const TYPE_SECTION = 1;
const IMPORT_SECTION = 2;
const EXPORT_SECTION = 7;
const FUNCTION_TYPE = 0x60;
const FUNCTION_KIND = 0;
const I32 = 0x7f;

/**
 * Puts JavaScript functions into the function table, all with 32-bit integers, and returns their numbers in the order
 * of `functions`, `[function, how many arguments it takes, whether it returns something]`. C code can only call what
 * WebAssembly exports: one module is made that passes all of them through, which Emscripten's own way would make, and
 * compile, for each of them.
 */
function addToTable(module, functions) {
  const name = (index) => [...encodeText('m'), ...encodeText(`f${index}`)];
  const types = functions.map(([, count, returns]) => [
    FUNCTION_TYPE,
    ...encodeVector(Array(count).fill([I32])),
    ...encodeVector(returns ? [[I32]] : []),
  ]);
  const imports = functions.map((_, index) => [...name(index), FUNCTION_KIND, ...encodeNumber(index)]);
  const exports = functions.map((_, index) => [
    ...encodeText(`f${index}`),
    FUNCTION_KIND,
    ...encodeNumber(index),
  ]);
  const bytes = Uint8Array.from([
    ...HEADER,
    ...encodeSection(TYPE_SECTION, types),
    ...encodeSection(IMPORT_SECTION, imports),
    ...encodeSection(EXPORT_SECTION, exports),
  ]);
  const passed = Object.fromEntries(
    functions.map(([implementation], index) => [`f${index}`, implementation]),
  );
  const instance = new WebAssembly.Instance(new WebAssembly.Module(bytes), { m: passed });
  return functions.map((_, index) => module.addFunction(instance.exports[`f${index}`]));
}

function encodeSection(id, entries) {
  const content = encodeVector(entries);
  return [id, ...encodeNumber(content.length), ...content];
}

function encodeVector(entries) {
  return [...encodeNumber(entries.length), ...entries.flat()];
}

function encodeText(text) {
  return encodeVector([...new TextEncoder().encode(text)].map((byte) => [byte]));
}

/** LEB128, unsigned. */
function encodeNumber(value) {
  return value < 128 ? [value] : [(value % 128) + 128, ...encodeNumber(Math.floor(value / 128))];
}
