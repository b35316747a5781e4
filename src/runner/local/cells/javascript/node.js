import * as fs from 'node:fs';
import { createRequire } from 'node:module';
import { promiseHooks } from 'node:v8';
import * as vm from 'node:vm';
import { isMainThread, Worker, workerData } from 'node:worker_threads';
import { runCells } from './cells.js';
import { Evaluator } from './evaluate.js';
import { NodeInput } from './node-input.js';
import { FrameReader } from './node-worker.js';

/** How long it is waited for room in a pipe that a program has made non-blocking, milliseconds. */
const ROOM_MS = 1;

/**
 * What a Node does that is kept to run cells: `node CELLS_FLAGS cells.mjs TOKEN`, with the server's frames (../frames.ts) on descriptor 3. The
 * parts are joined to that one file (source.ts). Ends with the server's end of the frames.
 */
async function serveCells() {
  const [, token] = process.argv.splice(1);
  const input = new NodeInput();
  // The file, while nothing of a program can have changed it.
  new Worker(new URL(import.meta.url), { workerData: input.worker, transferList: [input.worker.port] });
  // Written at once, so that all stays in its order and nothing is dropped at the end.
  for (const stream of [process.stdout, process.stderr]) stream._handle?.setBlocking?.(true);
  process.title = 'node';
  process.on('SIGINT', () => {});
  input.offer();
  globalThis.require = createRequire(`${process.cwd()}/`);
  const host = {
    token,
    evaluator: new Evaluator({ importName: offerImport(), hold }),
    nextCell: () => input.nextCell(),
    begin({ fileName, args, env }) {
      for (const { name, value } of env) process.env[name] = value;
      process.argv.splice(1, process.argv.length, `${process.cwd()}/${fileName}`, ...args);
    },
    onInterrupt: (callback) => input.onInterrupt(callback),
    finish: (cell) => input.finish(cell),
    write: writeAll,
    readSync: (view) => input.readSync(view),
    explain() {},
    onStrayError(callback) {
      process.on('uncaughtException', callback);
      process.on('unhandledRejection', callback);
    },
    changes: () => [],
  };
  try {
    await runCells(host);
  } catch (error) {
    // A cell took away what this needs: that is no good end of it.
    reportBreak(error);
    process.exit(1);
  }
  process.exit(0);
}

/** The name of a function that is `import()` in a module of the working directory; as long, so that no place in a cell moves. */
function offerImport() {
  const name = '$mport';
  const value = new vm.Script('(specifier, options) => import(specifier, options)', {
    filename: `${process.cwd()}/cell.js`,
    importModuleDynamically: vm.constants.USE_MAIN_CONTEXT_DEFAULT_LOADER,
  }).runInThisContext();
  Object.defineProperty(globalThis, name, { value, configurable: true });
  return name;
}

/** See `Evaluator`: a promise that cannot settle any more would end Node, not wait. */
function hold(call) {
  const promises = [];
  const stop = promiseHooks.onInit((promise) => promises.push(promise));
  try {
    call();
  } finally {
    stop();
  }
  return promises;
}

function reportBreak(error) {
  try {
    fs.writeSync(2, `${error}\n`);
  } catch {
    // Nor is there anything to print to.
  }
}

const writeSync = fs.writeSync;

function writeAll(descriptor, bytes) {
  for (let written = 0; written < bytes.length; ) {
    try {
      written += writeSync(descriptor, bytes, written);
    } catch (error) {
      if (error.code !== 'EAGAIN') throw error;
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, ROOM_MS);
    }
  }
}

if (isMainThread) void serveCells();
else new FrameReader(workerData);
