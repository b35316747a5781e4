import { newOsError, strerror } from './error_numbers.js';
import { addToTable } from './function_table.js';
import { pause } from './pause.js';

/**
 * Functions of CPython's C modules that are implemented here, because what Emscripten offers in their place would
 * burn the processor (`time.sleep`) or fail with words that explain nothing (threads, processes, sockets). They are
 * put under the method definitions the modules already have, so `time.sleep` stays the built-in function it is and a
 * traceback shows no frame in between.
 */

/** How many arguments a method's C function takes, by its flags: VARARGS 1, KEYWORDS 2, NOARGS 4, O 8, FASTCALL 128. */
const ARGUMENT_COUNTS = { 1: 2, 3: 3, 4: 2, 8: 2, 128: 3, 130: 4 };
/** Layout of wasm32: PyCFunctionObject.m_ml, PyMethodDef.ml_meth and ml_flags, PyWrapperDescrObject.d_wrapped. */
const METHOD_DEFINITION = 8;
const METHOD_FUNCTION = 4;
const METHOD_FLAGS = 8;
const WRAPPED_FUNCTION = 24;
/** PyTypeObject.tp_init. */
const INITIALIZER = 148;
/** _PyTime_round_t: a sleep is never shorter than asked for. */
const ROUND_CEILING = 1;
const NANOSECONDS_IN_MILLISECOND = 1e6;

/** What programs are refused; bootstrap.py says with which exceptions. */
const REFUSALS = ['thread', 'process', 'socket', 'resolve'];

/**
 * Adds the functions to the function table, always in this order: an image holds their numbers. `module.state` (what
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
  pause(Number(nanoseconds) / NANOSECONDS_IN_MILLISECOND);
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
