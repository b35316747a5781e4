import { checkBuild } from './build.js';
import { replaceConstructors } from './error-numbers.js';
import { replaceInitializer, replaceMethod } from './functions.js';
import { startInterpreter } from './interpreter.js';
import { encodeSnapshot, touchedBlocks } from './snapshot-file.js';
import { joinStandardLibrary } from './standard-library.js';

/**
 * Makes a snapshot (snapshot-file.js) and writes it to stdout. Run by Deno with `--allow-read` for this directory and
 * Pyodide's, and one argument: the directory of the pyodide package, with a slash at the end. Its stdin is what runs cells
 * (../../local/cells/python): compiled only, and run where cells are, as what it imports is no business of other programs.
 */

const [directory] = Deno.args;
const wasm = WebAssembly.compile(Deno.readFileSync(`${directory}pyodide.asm.wasm`));
const SOURCES = ['error_numbers.py', 'ready_modules.py', 'replacements.py', 'bootstrap.py'];
const cells = await new Response(Deno.stdin.readable).text();
const ADDITIONS = ['dbm/__init__.py', '_multiprocessing.py'];
const { files, library } = joinStandardLibrary(
  Deno.readFileSync(`${directory}python_stdlib.zip`),
  ADDITIONS.map((path) => [path, Deno.readFileSync(new URL(`additions/${path}`, import.meta.url))]),
);
const reading = { files, read: (offset, length) => library.slice(offset, offset + length) };

let touched;
await startInterpreter({
  directory,
  wasm,
  library: reading,
  restore: (fresh) => {
    touched = touchedBlocks(fresh.HEAPU8);
  },
});

const module = await startInterpreter({ directory, wasm, library: reading });
const state = prepare(module);
checkBuild(module, state);
module.state = state;
state.warmUp = Deno.readTextFileSync(new URL('warm_up.py', import.meta.url));
for (const [address, name] of state.methods) replaceMethod(module, address, name);
for (const [type, wrapper, name] of state.initializers) replaceInitializer(module, type, wrapper, name);
state.errorNumbers.original = replaceConstructors(module, state.errorNumbers.types);
// All that is there is frozen: the garbage collector passes over it. A program's module has to be collected at the end.
for (const object of state.main) {
  module._PyObject_GC_UnTrack(object);
  module._PyObject_GC_Track(object);
}

for (const part of encodeSnapshot({ memory: module.HEAPU8, touched, files, library, state })) {
  let written = 0;
  while (written < part.length) written += Deno.stdout.writeSync(part.subarray(written));
}
Deno.exit(0);

/** Runs the Python sources in a namespace of their own, which lives on, and returns what `addresses()` says. */
function prepare(python) {
  const text = (value) => python.stringToNewUTF8(value);
  const namespace = python._PyDict_New();
  python._PyDict_SetItemString(namespace, text('__builtins__'), python._PyEval_GetBuiltins());
  python._PyDict_SetItemString(namespace, text('__name__'), python._PyUnicode_FromString(text('sandbox')));
  const compile = (name, source) => {
    const FILE_INPUT = 257;
    const code = python._Py_CompileString(text(source), text(`<${name}>`), FILE_INPUT);
    if (code === 0) fail(python);
    return code;
  };
  python._PyDict_SetItemString(namespace, text('cells_code'), compile('cells.py', cells));
  for (const name of SOURCES) {
    const code = compile(name, Deno.readTextFileSync(new URL(name, import.meta.url)));
    if (python._PyEval_EvalCode(code, namespace, namespace) === 0) fail(python);
  }
  const result = python._PyObject_CallNoArgs(python._PyDict_GetItemString(namespace, text('addresses')));
  if (result === 0) fail(python);
  return JSON.parse(python.UTF8ToString(python._PyUnicode_AsUTF8(result)));
}

function fail(python) {
  python._PyErr_Print();
  Deno.exit(1);
}
