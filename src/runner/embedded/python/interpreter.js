import { openDevices } from './devices.js';
import { addFunctions } from './functions.js';
import { replaceImports } from './imports.js';
import { mountLibrary } from './library.js';
import { endPipes } from './pipes.js';
import { mountTimeZones } from './time_zones.js';

/**
 * CPython as WebAssembly: the module of the `pyodide` package, started without Pyodide's own Python packages and
 * without its bridge between Python and JavaScript, so that a program meets a plain interpreter.
 *
 * The same steps in the same order make an image (CPython initializes itself) and restore one (its memory is copied
 * over a fresh instance's): what an image holds of the function table is only right when both were built alike.
 */

/** Where the interpreter believes to be installed, as in the official container images. */
export const PREFIX = '/usr/local';
/** The working directory: holds the program and the files that came with it. */
export const WORK_DIRECTORY = '/program';
export const HOME_DIRECTORY = '/home/user';

/**
 * Makes Emscripten take the web's way: crypto.getRandomValues for random bytes, and neither `require` nor Node's
 * files. It looks for `window` and for `process` while the module is imported and started.
 */
function pretendBrowser() {
  delete globalThis.process;
  globalThis.window = {};
}

/**
 * `directory`: of the pyodide package, with a slash at the end. `wasm`: a promise of the compiled module. `library`:
 * the standard library's files, see library.js. `restore`: fills the memory of the fresh instance; without it CPython
 * is initialized. Resolves to Emscripten's module object: `_Py…` functions, `HEAPU8`, `FS`.
 */
export async function startInterpreter({ directory, wasm, library, restore }) {
  pretendBrowser();
  const { default: createModule } = await import(`file://${directory}pyodide.asm.mjs`);
  const settings = {
    // What Pyodide's part of the module expects to find of its JavaScript half, which is not loaded here.
    API: { config: { jsglobals: {}, env: {}, args: [] }, runtimeEnv: {} },
    noInitialRun: true,
    noImageDecoding: true,
    noAudioDecoding: true,
    print: () => {},
    printErr: () => {},
    preRun: [
      (module) => {
        openDevices(module);
        endPipes(module);
        prepareFileSystem(module, library);
        addFunctions(module);
      },
    ],
    instantiateWasm(imports, done) {
      settings.growHeap = imports.env.emscripten_resize_heap;
      replaceImports(imports, settings);
      wasm
        .then(async (compiled) => done(await WebAssembly.instantiate(compiled, imports), compiled))
        .catch(settings.fail);
      return {};
    },
  };
  const module = await new Promise((resolve, reject) => {
    settings.fail = reject;
    createModule(settings).then(resolve, reject);
  });
  if (restore === undefined) initializePython(module);
  else restore(module, settings.growHeap);
  return module;
}

/** Starts CPython as `python3` is started on a machine with a UTF-8 locale, save that no environment is read. */
function initializePython(module) {
  const text = (value) => module.stringToNewUTF8(value);
  const config = module._PyInitConfig_Create();
  const integers = {
    // The locale (LANG, below) decides how `open` reads and writes text.
    configure_locale: 1,
    isolated: 0,
    use_environment: 0,
    site_import: 1,
    write_bytecode: 0,
    use_hash_seed: 0,
  };
  const strings = {
    home: PREFIX,
    program_name: `${PREFIX}/bin/python3`,
    executable: `${PREFIX}/bin/python3`,
    stdio_encoding: 'utf-8',
    stdio_errors: 'surrogateescape',
    filesystem_encoding: 'utf-8',
    filesystem_errors: 'surrogateescape',
  };
  for (const [name, value] of Object.entries(integers))
    module._PyInitConfig_SetInt(config, text(name), BigInt(value));
  for (const [name, value] of Object.entries(strings))
    module._PyInitConfig_SetStr(config, text(name), text(value));
  if (module._Py_InitializeFromInitConfig(config) !== 0)
    throw new Error('Expected CPython to start, got an error');
  module._PyInitConfig_Free(config);
}

function prepareFileSystem(module, library) {
  const { FS, ENV } = module;
  for (const directory of [WORK_DIRECTORY, HOME_DIRECTORY, '/var/tmp', '/usr/bin', `${PREFIX}/bin`]) {
    FS.mkdirTree(directory);
  }
  mountLibrary(FS, `${PREFIX}/lib/python3.14`, library);
  mountTimeZones(FS);
  FS.rmdir('/home/web_user');
  FS.chdir(WORK_DIRECTORY);
  ENV.LANG = 'C.UTF-8';
}
