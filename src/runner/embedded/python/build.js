import { CONSTRUCTOR } from './error-numbers.js';
import {
  INITIALIZER,
  METHOD_DEFINITION,
  METHOD_FLAGS,
  METHOD_FUNCTION,
  WRAPPED_FUNCTION,
} from './functions.js';

/** The CPython whose structures were looked into, docs/decisions/python-structures-by-offset.md. */
const KNOWN = '3.14.';
/** Slots of a type, as CPython's stable interface numbers them. */
const TP_INIT = 60;
const TP_NEW = 65;

/**
 * Holds the offsets that functions.js and error-numbers.js write at against what CPython itself says through its public
 * functions, for every object that is to be changed, before anything is written.
 * @param state what bootstrap.py's `addresses` said
 * @throws Error with a sentence when this is not the build that they were made for
 */
export function checkBuild(module, { methods, initializers, errorNumbers }) {
  const at = (address) => module.HEAPU32[address >> 2];
  const expect = (what, found, wanted) => {
    if (found === wanted) return;
    const version = module.UTF8ToString(module._Py_GetVersion());
    throw new Error(
      `Expected the structures of CPython ${KNOWN}x for wasm32, got others in ${version}: ${what} is ${found} and not ` +
        `${wanted}. Pin the pyodide package to the version of package.json, or see docs/decisions/python-structures-by-offset.md.`,
    );
  };
  const version = module.UTF8ToString(module._Py_GetVersion());
  expect('its version', version.slice(0, KNOWN.length), KNOWN);
  for (const [method] of methods) {
    const definition = at(method + METHOD_DEFINITION);
    expect('the flags of a method', at(definition + METHOD_FLAGS), module._PyCFunction_GetFlags(method));
    expect(
      'the function of a method',
      at(definition + METHOD_FUNCTION),
      module._PyCFunction_GetFunction(method),
    );
  }
  for (const [type, wrapper] of initializers) {
    const initializer = module._PyType_GetSlot(type, TP_INIT);
    expect('the initializer of a type', at(type + INITIALIZER), initializer);
    expect('what the wrapper of an initializer wraps', at(wrapper + WRAPPED_FUNCTION), initializer);
  }
  for (const type of errorNumbers.types) {
    expect('the constructor of a type', at(type + CONSTRUCTOR), module._PyType_GetSlot(type, TP_NEW));
  }
}
