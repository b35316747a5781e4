import { Session } from 'node:inspector';
import { Socket } from 'node:net';

/** Where the server's frames come (../frames.ts), in the order in which `FRAME_KINDS` numbers them. */
const FRAMES = 3;
const STDIN = 0;
const END_OF_STDIN = 1;
const CELL = 2;
const HEADER_BYTES = 4;

/** Numbers that both threads share, by their places. */
export const SHARED = {
  /** Rises with each message to the main thread. */
  messages: 0,
  /** The number of the last cell that has ended. */
  ended: 1,
  /** Of the interrupt under way, one of `INTERRUPT`. */
  interrupt: 2,
};
/**
 * An interrupt is `pending` until the main thread takes it. While that computes it takes nothing: then what it executes is ended
 * (`terminating`), so that it can take it (`terminated`).
 */
export const INTERRUPT = { none: 0, pending: 1, terminating: 2, terminated: 3 };

/** What the main thread has to take an interrupt before what it executes is ended, milliseconds. */
const TAKE_MS = 50;

/**
 * Runs in a thread beside the program's: reads the server's frames, whatever that one does, and hands cells and their stdin to it.
 * A frame of stdin without bytes interrupts the last cell that came, unless it has ended.
 */
export class FrameReader {
  #port;
  #shared;
  #chunks = [];
  #length = 0;
  #needed = HEADER_BYTES;
  /** The number of the last cell. */
  #cell = 0;

  constructor({ port, shared }) {
    this.#port = port;
    this.#shared = shared;
    const frames = new Socket({ fd: FRAMES, readable: true, writable: false });
    frames.on('data', (chunk) => this.#read(chunk));
    frames.on('error', () => {});
    frames.once('close', () => this.#send({ type: 'gone' }));
  }

  #read(chunk) {
    this.#chunks.push(chunk);
    this.#length += chunk.length;
    while (this.#length >= this.#needed) {
      const bytes = this.#chunks.length === 1 ? this.#chunks[0] : Buffer.concat(this.#chunks);
      const end = HEADER_BYTES + bytes.readUIntBE(1, HEADER_BYTES - 1);
      const isWhole = bytes.length >= end;
      if (isWhole) this.#receive(bytes[0], bytes.subarray(HEADER_BYTES, end));
      const rest = isWhole ? bytes.subarray(end) : bytes;
      this.#chunks = [rest];
      this.#length = rest.length;
      this.#needed = isWhole ? HEADER_BYTES : end;
    }
  }

  #receive(kind, bytes) {
    if (kind === CELL) {
      const cell = JSON.parse(bytes.toString());
      this.#cell = cell.number;
      this.#send({ type: 'cell', cell });
    } else if (kind === END_OF_STDIN) {
      this.#send({ type: 'endOfStdin' });
    } else if (kind === STDIN && bytes.length > 0) {
      this.#send({ type: 'stdin', bytes: new Uint8Array(bytes) });
    } else if (kind === STDIN) {
      this.#interrupt();
    }
  }

  #send(message) {
    this.#port.postMessage(message);
    Atomics.add(this.#shared, SHARED.messages, 1);
    Atomics.notify(this.#shared, SHARED.messages);
  }

  #interrupt() {
    if (Atomics.load(this.#shared, SHARED.ended) >= this.#cell) return;
    if (!this.#change(INTERRUPT.none, INTERRUPT.pending)) return;
    this.#send({ type: 'interrupt' });
    setTimeout(() => this.#terminate(INTERRUPT.pending), TAKE_MS);
  }

  /** Ends what the main thread executes, until it has taken the interrupt. */
  #terminate(from) {
    if (!this.#change(from, INTERRUPT.terminating)) return;
    // Node does not exit while one is connected.
    const main = new Session();
    main.connectToMainThread();
    main.post('Runtime.terminateExecution', () => {
      main.disconnect();
      Atomics.store(this.#shared, SHARED.interrupt, INTERRUPT.terminated);
      this.#send({ type: 'interrupt' });
      setTimeout(() => this.#terminate(INTERRUPT.terminated), TAKE_MS);
    });
  }

  #change(from, to) {
    return Atomics.compareExchange(this.#shared, SHARED.interrupt, from, to) === from;
  }
}
