import type { Socket } from 'node:net';
import type { Readable } from 'node:stream';
import type { ProcessExit } from '../local/starter/messages.ts';

/** How long a launcher may take, milliseconds. */
const READY_TIMEOUT_MS = 60_000;
/** Characters of a failed launcher's stderr that the error quotes; nothing of a program's is in there yet. */
const QUOTED = 2000;
/** Characters of what a launcher says; of more the rest is not looked at. */
const LINE_LENGTH = 200;

/** The server's end of the socket to a launcher. What comes from there may be a program's as well, and decides nothing but that program's run. */
export class Control {
  readonly #socket: Socket;

  constructor(socket: Socket) {
    this.#socket = socket;
    // A launcher that ends is no failure of the socket.
    socket.on('error', () => undefined);
  }

  get isOpen(): boolean {
    return this.#socket.writable;
  }

  /** Resolves when the launcher has written its byte; rejects when it ended before, or wrote nothing for too long. */
  ready(stderr: Readable, exited: Promise<ProcessExit>): Promise<void> {
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    let complaint = '';
    const onStderr = (bytes: Buffer): void => {
      complaint = (complaint + bytes.toString()).slice(-QUOTED);
    };
    this.#socket.once('readable', () => {
      if (this.#socket.read(1) !== null) resolve();
    });
    // Paused until somebody asks, and of one that is paused not even the end is told.
    stderr.on('data', onStderr).resume();
    const stderrEnded = new Promise((ended) => stderr.once('close', ended));
    void exited.then(async ({ code, signal }) => {
      await stderrEnded;
      const how = signal ?? `code ${code}`;
      reject(new Error(`The launcher ended with ${how} before it was ready: ${complaint.trim()}`));
    });
    const timer = setTimeout(() => {
      reject(new Error(`The launcher was not ready within ${READY_TIMEOUT_MS} ms: ${complaint.trim()}`));
    }, READY_TIMEOUT_MS);
    return promise.finally(() => {
      clearTimeout(timer);
      stderr.off('data', onStderr).pause();
    });
  }

  /** Resolves to the rest of the line that begins so; stays pending when none comes. */
  line(beginning: string): Promise<string> {
    const { promise, resolve } = Promise.withResolvers<string>();
    let text = '';
    this.#socket.on('data', (bytes: Buffer) => {
      text = (text + bytes.toString('latin1')).slice(0, LINE_LENGTH);
      const end = text.indexOf('\n');
      if (end !== -1 && text.startsWith(beginning)) resolve(text.slice(beginning.length, end));
    });
    return promise;
  }

  /** Calls back for each line that comes from now on. */
  lines(received: (line: string) => void): void {
    let text = '';
    this.#socket.on('data', (bytes: Buffer) => {
      const parts = (text + bytes.toString('latin1')).split('\n');
      text = (parts.pop() ?? '').slice(0, LINE_LENGTH);
      for (const line of parts) received(line);
    });
  }

  write(text: string): void {
    this.#socket.write(text);
  }

  /** Writes the last there is. */
  end(text: string): void {
    this.#socket.end(text);
    // What a program writes here, if it kept its end, is nobody's.
    this.#socket.resume();
  }
}
