import { endPipes, openDevices } from './devices.js';
import { addFunctions } from './functions.js';
import { replaceImports } from './imports.js';
import { mountTimeZones } from './time-zones.js';

/**
 * CPython as WebAssembly: the module of the `pyodide` package, started without Pyodide's own Python packages and
 * without its bridge between Python and JavaScript, so that a program meets a plain interpreter.
 *
 * The same steps in the same order make a snapshot (CPython initializes itself) and restore one (its memory is copied
 * over a fresh instance's): what a snapshot holds of the function table is only right when both were built alike.
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
 * the standard library's files, see `mountLibrary`. `restore`: fills the memory of the fresh instance; without it CPython
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

/**
 * The standard library's files in the interpreter's file system: there as names and sizes at once, their bytes read
 * from the snapshot only when somebody opens one.
 *
 * A library is `{ files: [[path, offset, length], …], read(offset, length) }`, `read` returning a fresh Uint8Array.
 */

const READ_ONLY_FILE = 0o100444;
const READ_ONLY_DIRECTORY = 0o555;
/** All files carry one time, so that what Python noted of a directory when the snapshot was made stays valid. */
const MODIFIED_MS = Date.UTC(2025, 0, 1);

/** Mounts `library` at `root`, read-only. */
function mountLibrary(FS, root, library) {
  const { MEMFS } = FS.filesystems;
  const directories = new Map();
  const directory = (path) => {
    let node = directories.get(path);
    if (node === undefined) {
      FS.mkdirTree(path);
      node = FS.lookupPath(path).node;
      directories.set(path, node);
    }
    return node;
  };
  directory(root);
  directory(`${root}/lib-dynload`);
  directory(`${root}/site-packages`);
  for (const [path, offset, length] of library.files) {
    const slash = path.lastIndexOf('/');
    const parent = directory(slash < 0 ? root : `${root}/${path.slice(0, slash)}`);
    const node = MEMFS.createNode(parent, path.slice(slash + 1), READ_ONLY_FILE, 0);
    node.usedBytes = length;
    let contents;
    Object.defineProperty(node, 'contents', {
      get() {
        contents ??= library.read(offset, length);
        return contents;
      },
      set(value) {
        contents = value;
      },
    });
    node.atime = node.mtime = node.ctime = MODIFIED_MS;
  }
  for (const node of directories.values()) {
    node.mode = (node.mode & ~0o777) | READ_ONLY_DIRECTORY;
    node.atime = node.mtime = node.ctime = MODIFIED_MS;
  }
}

const KiB = 1024;
/**
 * CPython counts the bytes its C code has on WebAssembly's stack and raises RecursionError before that overflows. V8
 * keeps the rest of each call on a stack of its own, which CPython knows nothing of: this many bytes there for each
 * one here, at most (a dictionary that holds itself, compared with its like). Some code uses V8's stack alone, like
 * the release of lists nested in lists, 230 bytes a level: nothing but that stack's size bounds how deep it may go.
 */
const RATIO = 24;
/** Room for the parser and for what runs near the bottom, however small V8's stack is. */
const MIN_BYTES = 192 * KiB;

/** Makes CPython stop recursing before V8's stack of `stackKb` KiB is used up. */
export function limitStack(module, stackKb) {
  const base = module._emscripten_stack_get_base();
  const available = base - module._emscripten_stack_get_end();
  const bytes = Math.min(available, Math.max(MIN_BYTES, (stackKb * KiB) / RATIO)) & ~15;
  module._PyUnstable_ThreadState_SetStackProtection(module._PyThreadState_Get(), base - bytes, bytes);
}
