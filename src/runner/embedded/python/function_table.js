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
export function addToTable(module, functions) {
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
