import { Readable } from 'node:stream';
import { PieceReader } from '../../../local/cells/pieces.js';
import { MESSAGE_BYTES } from './bounds.js';

/** Kinds of frames (../../../local/cells/frames.ts); one of stdin without bytes is an interrupt. */
export const FRAME = { stdin: 0, endOfStdin: 1, cell: 2 };
/** Bytes of stdin in one frame. */
const FRAME_BYTES = 32 * 1024;
/** Reads of a pipe, up to 64 KiB each, that may wait to be taken. */
const MAX_ITEMS = 4;

export function framed(kind, bytes = Buffer.alloc(0)) {
  const header = Buffer.alloc(4);
  header.writeUInt32BE(bytes.length);
  header[0] = kind;
  return Buffer.concat([header, bytes]);
}

/** A named interpreter of a session, which stays; ../../../local/cells has what runs in it. */
export class Context {
  child;
  stdout;
  stderr;
  /** Of the cell that was begun last. */
  number = 0;
  /** Called with code and signal when it has ended, for the cell under way. */
  onExit = () => {};

  constructor(child, token) {
    this.child = child;
    void child.exited.then((exit) => this.onExit(exit));
    // The end of its own stdin, which nobody reads.
    child.stdin.destroy();
    this.stdout = new ContextOutput(child.stdout, token);
    this.stderr = new ContextOutput(child.stderr, token);
  }

  get hasExited() {
    return this.child.hasExited;
  }

  send(frame, callback) {
    this.child.send(frame, callback);
  }
}

/** One of its two pipes, parted into what each cell prints. Between two cells nothing is read. */
class ContextOutput {
  #pipe;
  #reader;
  /** What the cell under way prints, a stream of bytes and displays. */
  #cell = null;
  #onMessage = null;
  /** Read behind the end of the last cell. */
  #early = [];
  #isClosed = false;

  constructor(pipe, token) {
    this.#pipe = pipe;
    this.#reader = new PieceReader(token, MESSAGE_BYTES);
    pipe.on('data', (bytes) => {
      for (const { printed, message } of this.#reader.read(bytes)) this.#take(printed ?? parsed(message));
    });
    pipe.on('error', () => pipe.destroy());
    pipe.once('close', () => {
      this.#isClosed = true;
      const rest = this.#reader.end();
      if (rest.length > 0) this.#take(rest);
      this.end();
    });
    pipe.pause();
  }

  /** What the next cell prints and displays. @param onMessage gets all other messages, in order with these */
  open(onMessage) {
    const cell = new Readable({ objectMode: true, highWaterMark: MAX_ITEMS, read: () => this.#resume(cell) });
    cell.on('error', () => {});
    // Nobody wants what comes now; it has to be read all the same, to find its end.
    cell.once('close', () => this.#resume(cell));
    this.#cell = cell;
    this.#onMessage = onMessage;
    for (const item of this.#early.splice(0)) this.#take(item);
    if (this.#isClosed) this.end();
    return cell;
  }

  /** The cell has printed its last. */
  end() {
    this.#pipe.pause();
    const cell = this.#cell;
    this.#cell = null;
    if (cell !== null && !cell.destroyed) cell.push(null);
  }

  #resume(cell) {
    if (cell === this.#cell) this.#pipe.resume();
  }

  #take(item) {
    if (item === null) return;
    if (this.#cell === null) {
      if (!this.#isClosed) this.#early.push(item);
    } else if (item instanceof Uint8Array || item.parts !== undefined) {
      if (!this.#cell.destroyed && !this.#cell.push(item)) this.#pipe.pause();
    } else this.#onMessage(item);
  }
}

/** Null for what is no message: whoever is in the interpreter may write here. */
function parsed(bytes) {
  try {
    const { type, number, exitCode, text, parts, isResult } = JSON.parse(bytes.toString().split('\n', 1)[0]);
    if (type === 'ended') return { type, number, exitCode: exitCode & 255 };
    if (type !== 'display' || typeof text !== 'string') return null;
    const isPart = ({ mediaType, data }) => typeof mediaType === 'string' && typeof data === 'string';
    const checked = parts.filter(isPart).map(({ mediaType, data, isBase64 }) => {
      return { mediaType, data, isBase64: isBase64 === true };
    });
    return { text, parts: checked, isResult: isResult === true };
  } catch {
    return null;
  }
}

/** The stdin of a cell, as a stream to a program's would be: what is written before the cell was sent waits for it. */
export class CellStdin {
  writable = true;
  #context;
  /** Until the cell was sent. */
  #waiting = [];

  constructor(context) {
    this.#context = context;
  }

  write(bytes, callback) {
    for (let at = 0; at < bytes.length; at += FRAME_BYTES) {
      const isLast = at + FRAME_BYTES >= bytes.length;
      this.#send(framed(FRAME.stdin, bytes.subarray(at, at + FRAME_BYTES)), isLast ? callback : undefined);
    }
  }

  end() {
    this.#send(framed(FRAME.endOfStdin));
  }

  destroySoon() {
    this.writable = false;
  }

  begin() {
    const waiting = this.#waiting;
    this.#waiting = null;
    for (const [frame, callback] of waiting) this.#context.send(frame, callback);
  }

  #send(frame, callback) {
    if (this.#waiting === null) this.#context.send(frame, callback);
    else this.#waiting.push([frame, callback]);
  }
}
