import * as fs from 'node:fs';
import { syncBuiltinESMExports } from 'node:module';
import { Readable } from 'node:stream';
import { MessageChannel, receiveMessageOnPort } from 'node:worker_threads';
import { Interrupted } from './evaluate.js';
import { INTERRUPT, SHARED } from './node-worker.js';

const STDIN_FILE = '/dev/stdin';
/** How long it is waited at a time for what is about to end this thread's execution, milliseconds. */
const TERMINATION_MS = 1000;

/** What comes from the thread that reads the server's frames (node-worker.js): cells, what each reads as stdin, and interrupts. */
export class NodeInput {
  /** What that thread is given. */
  worker;
  #port;
  #shared = new Int32Array(new SharedArrayBuffer(Object.keys(SHARED).length * Int32Array.BYTES_PER_ELEMENT));
  #cells = [];
  #parts = [];
  #hasEnded = false;
  #isGone = false;
  /** `process.stdin` of the cell under way, once it has asked for it. */
  #stdin = null;
  /** Called once when something has come. */
  #waiting = new Set();
  #interrupt = () => {};

  constructor() {
    const { port1, port2 } = new MessageChannel();
    this.#port = port1;
    this.worker = { port: port2, shared: this.#shared };
    port1.on('message', (message) => {
      if (message.type !== 'interrupt') this.#take(message);
      else if (this.#takeInterrupt()) this.#interrupt();
      this.#wake();
    });
  }

  /** Null when the server has gone. */
  async nextCell() {
    while (this.#cells.length === 0 && !this.#isGone) await this.#more();
    return this.#cells.shift() ?? null;
  }

  /** @param callback called at the first interrupt of the cell under way */
  onInterrupt(callback) {
    this.#interrupt = callback;
  }

  /** No interrupt of the cell comes after it. */
  async finish({ number }) {
    Atomics.store(this.#shared, SHARED.ended, number);
    while (this.#interruptState() !== INTERRUPT.none) {
      if (this.#interruptState() !== INTERRUPT.terminating) this.#takeInterrupt();
      // What runs next is ended: this.
      else
        await Promise.race([
          this.#more(),
          new Promise((resolve) => setTimeout(() => resolve(this.#stand()))),
        ]);
    }
    this.#interrupt = () => {};
  }

  /** Waits. Null at the end. @throws Interrupted */
  readSync(view) {
    if (view.length === 0) return 0;
    for (;;) {
      const [part] = this.#parts;
      if (part !== undefined) {
        const count = Math.min(part.length, view.length);
        view.set(part.subarray(0, count));
        if (count === part.length) this.#parts.shift();
        else this.#parts[0] = part.subarray(count);
        return count;
      }
      if (this.#hasEnded || this.#isGone) return null;
      const seen = Atomics.load(this.#shared, SHARED.messages);
      const received = receiveMessageOnPort(this.#port);
      if (received === undefined) Atomics.wait(this.#shared, SHARED.messages, seen);
      else if (received.message.type !== 'interrupt') this.#take(received.message);
      else if (this.#takeInterrupt()) throw new Interrupted();
    }
  }

  /** Puts the stdin of the cell where a program looks for it. */
  offer() {
    Object.defineProperty(process, 'stdin', {
      get: () => (this.#stdin ??= this.#stream()),
      configurable: true,
    });
    const { readFileSync, readSync, readFile, createReadStream, openSync, closeSync } = fs;
    const isStdin = (file) => file === 0 || file === STDIN_FILE;
    const module = process.getBuiltinModule('node:fs');
    module.readFileSync = (file, options) => {
      if (!isStdin(file)) return readFileSync(file, options);
      const bytes = this.#readAll();
      const encoding = typeof options === 'string' ? options : options?.encoding;
      return encoding ? bytes.toString(encoding) : bytes;
    };
    module.readSync = (file, view, ...rest) => {
      if (file !== 0) return readSync(file, view, ...rest);
      const given = typeof rest[0] === 'object' ? rest[0] : { offset: rest[0], length: rest[1] };
      const { offset, length } = { offset: given?.offset ?? 0, length: given?.length };
      const bytes = new Uint8Array(view.buffer, view.byteOffset, view.byteLength);
      return this.readSync(bytes.subarray(offset, length === undefined ? undefined : offset + length)) ?? 0;
    };
    module.readFile = (file, ...rest) => {
      if (!isStdin(file)) return readFile(file, ...rest);
      const callback = rest.pop();
      void readStream(process.stdin, rest[0]).then((all) => callback(null, all), callback);
    };
    module.createReadStream = (file, options) => {
      return isStdin(file) || options?.fd === 0 ? process.stdin : createReadStream(file, options);
    };
    module.openSync = (file, ...rest) => (file === STDIN_FILE ? 0 : openSync(file, ...rest));
    module.closeSync = (file) => (file === 0 ? undefined : closeSync(file));
    const { readFile: readFilePromise } = module.promises;
    module.promises.readFile = (file, options) => {
      return isStdin(file) ? readStream(process.stdin, options) : readFilePromise(file, options);
    };
    syncBuiltinESMExports();
  }

  #take(message) {
    switch (message.type) {
      case 'cell':
        this.#cells.push(message.cell);
        this.#parts = [];
        this.#hasEnded = false;
        this.#stdin = null;
        break;
      case 'stdin':
        this.#parts.push(message.bytes);
        break;
      case 'endOfStdin':
        this.#hasEnded = true;
        break;
      case 'gone':
        this.#isGone = true;
        break;
    }
  }

  /** Whether there is one. Where this thread is about to be ended, it is here. */
  #takeInterrupt() {
    for (;;) {
      const state = this.#interruptState();
      if (state === INTERRUPT.none) return false;
      if (state === INTERRUPT.terminating) this.#stand();
      else if (Atomics.compareExchange(this.#shared, SHARED.interrupt, state, INTERRUPT.none) === state)
        return true;
    }
  }

  #interruptState() {
    return Atomics.load(this.#shared, SHARED.interrupt);
  }

  #stand() {
    while (this.#interruptState() === INTERRUPT.terminating) {
      Atomics.wait(this.#shared, SHARED.interrupt, INTERRUPT.terminating, TERMINATION_MS);
    }
  }

  #more() {
    return new Promise((resolve) => this.#waiting.add(resolve));
  }

  #wake() {
    const waiting = [...this.#waiting];
    this.#waiting.clear();
    for (const resolve of waiting) resolve();
  }

  #readAll() {
    const parts = [];
    for (let view = Buffer.alloc(READ_BYTES); ; view = Buffer.alloc(READ_BYTES)) {
      const count = this.readSync(view);
      if (count === null) return Buffer.concat(parts);
      parts.push(view.subarray(0, count));
    }
  }

  /** Of the cell under way: it ends with the cell. */
  #stream() {
    const stream = new Readable({
      read: async () => {
        while (this.#stdin === stream && this.#parts.length === 0 && !this.#hasEnded && !this.#isGone) {
          await this.#more();
        }
        stream.push((this.#stdin === stream && this.#parts.shift()) || null);
      },
    });
    stream.fd = 0;
    return stream;
  }
}

async function readStream(stream, options) {
  const encoding = typeof options === 'string' ? options : options?.encoding;
  const parts = [];
  for await (const part of stream) parts.push(part);
  const all = Buffer.concat(parts);
  return encoding ? all.toString(encoding) : all;
}

const READ_BYTES = 64 * 1024;
