/**
 * Gives OSErrors that C code makes Linux's number for WebAssembly's, and `os.strerror` Linux's texts; see
 * error_numbers.py.
 */

/** Layout of wasm32: PyObject.ob_type, PyTypeObject.tp_new. */
const TYPE = 4;
export const CONSTRUCTOR = 156;

/** Puts `newOsError` in the place of OSError's constructor in all `types`; returns the one that was there. */
export function replaceConstructors(module, types) {
  const slot = (type) => (type + CONSTRUCTOR) >> 2;
  const original = module.HEAPU32[slot(types[0])];
  for (const type of types) {
    if (module.HEAPU32[slot(type)] === original) module.HEAPU32[slot(type)] = module.functions['new OSError'];
  }
  return original;
}

/** OSError's constructor: the original one with Linux's number. `module.state.errorNumbers`: see bootstrap.py. */
export function newOsError(module, type, args, keywords) {
  const original = module.getWasmTableEntry(module.state.errorNumbers.original);
  const translated = translate(module, args);
  if (translated === 0) return original(type, args, keywords);
  const error = original(type, translated, keywords);
  module._Py_DecRef(translated);
  return error;
}

/** A new tuple with Linux's number in the place of the first item, or 0 when `args` are not C code's. */
function translate(module, args) {
  const { integer, string, translations } = module.state.errorNumbers;
  const count = module._PyTuple_Size(args);
  if (count < 2) return 0;
  const number = module._PyTuple_GetItem(args, 0);
  const text = module._PyTuple_GetItem(args, 1);
  if (typeOf(module, number) !== integer || typeOf(module, text) !== string) return 0;
  const value = module._PyLong_AsLong(number);
  if (value === -1) {
    module._PyErr_Clear();
    return 0;
  }
  const translation = translations[value];
  if (translation === undefined || module._PyUnicode_Compare(text, translation[0]) !== 0) return 0;
  const result = module._PyTuple_New(count);
  for (let index = 0; index < count; index++) {
    const item = index === 0 ? translation[1] : module._PyTuple_GetItem(args, index);
    module._Py_IncRef(item);
    module._PyTuple_SetItem(result, index, item);
  }
  return result;
}

/** `os.strerror`: Linux's number to its text. */
export function strerror(module, number) {
  const value = module._PyLong_AsLong(number);
  if (value === -1 && module._PyErr_Occurred() !== 0) return 0;
  const known = module.state.errorNumbers.texts[value];
  if (known !== undefined) return module._Py_NewRef(known);
  const text = module.stringToNewUTF8(value === 0 ? 'Success' : `Unknown error ${value}`);
  const result = module._PyUnicode_FromString(text);
  module._free(text);
  return result;
}

function typeOf(module, object) {
  return module.HEAPU32[(object + TYPE) >> 2];
}
