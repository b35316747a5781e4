import type { FileFrame, FilesFrame } from './file-frames.ts';
import type { Outbox } from './outbox.ts';

/** What is requested of a file at once, and held in memory; bytes. A launcher gives up to 1 MiB. */
const WINDOW_BYTES = 512 * 1024;
/** What was requested is requested again when nothing of it was received for so long, milliseconds. */
const AGAIN_MS = 2000;

/** The content of a file cannot be had, for a problem that its launcher names. */
export class FileProblem extends Error {
  override readonly name = 'FileProblem';
  readonly problem: string;

  constructor(problem: string) {
    super(`The launcher reported ${problem}.`);
    this.problem = problem;
  }
}

interface Range {
  readonly id: string;
  readonly index: number;
  readonly from: number;
  readonly to: number;
}

/** Something that was requested and not received whole yet. */
interface Request {
  /** What requests it, or the rest of it. */
  readonly line: () => string;
  /** Takes a frame; false when it is none of what was requested. */
  readonly take: (frame: FilesFrame | FileFrame) => boolean;
  readonly fail: (reason: unknown) => void;
}

/**
 * Requests of a launcher what it tells of the files that a program left, and their content, one thing at a time, and again
 * after each attach: nothing is lost with a stream but time. What was not requested is not taken, so that it holds no more
 * than its window, whatever is sent.
 */
export class FileReader {
  readonly #outbox: Outbox;
  #request: Request | null = null;
  #timer: NodeJS.Timeout | null = null;
  #broken: Error | null = null;

  constructor(outbox: Outbox) {
    this.#outbox = outbox;
  }

  /**
   * What there is from an entry on, as much as a frame holds. Rejects with the signal's reason, and when the session is
   * broken or closed.
   */
  async list(id: string, from: number, signal: AbortSignal): Promise<FilesFrame> {
    const { promise, resolve, reject } = Promise.withResolvers<FilesFrame>();
    return this.#whileWanted(promise, signal, {
      line: () => `files ${id} ${from}`,
      take(frame) {
        if (frame.type !== 'files' || frame.id !== id || frame.from !== from) return false;
        resolve(frame);
        return true;
      },
      fail: reject,
    });
  }

  /**
   * The content of a file up to a size, or to its end where that comes before. Rejects as above, and with FileProblem.
   * @param index the number of its entry
   */
  async *content(id: string, index: number, size: number, signal: AbortSignal): AsyncGenerator<Uint8Array> {
    for (let at = 0; at < size; ) {
      const to = Math.min(size, at + WINDOW_BYTES);
      const parts = await this.#read({ id, index, from: at, to }, signal);
      for (const part of parts) {
        at += part.byteLength;
        yield part;
      }
      if (at < to) return;
    }
  }

  /** Takes what was received; false when it is of no use. */
  receive(frame: FilesFrame | FileFrame): boolean {
    if (this.#request?.take(frame) !== true) return false;
    if (this.#timer !== null) this.#timer.refresh();
    return true;
  }

  /** Sends again what is wanted: the launcher has responded on another stream, or has sent nothing for a while. */
  request(): void {
    if (this.#request !== null) this.#outbox.requestFiles(this.#request.line());
  }

  /** Nothing will be received any more. */
  break(reason: string): void {
    this.#broken ??= new Error(reason);
    this.#request?.fail(this.#broken);
  }

  /** All of a range in parts, or what there is of it before the file ends. */
  async #read({ id, index, from, to }: Range, signal: AbortSignal): Promise<readonly Uint8Array[]> {
    const { promise, resolve, reject } = Promise.withResolvers<readonly Uint8Array[]>();
    const parts: Uint8Array[] = [];
    let received = from;
    return this.#whileWanted(promise, signal, {
      line: () => `read ${id} ${index} ${received} ${to}`,
      take(frame) {
        if (frame.type !== 'file' || frame.id !== id || frame.index !== index) return false;
        // What comes twice, of a request that was repeated, is behind or ahead of it.
        if (frame.at !== received || received === to) return false;
        if (frame.data === null) {
          reject(new FileProblem(frame.problem ?? ''));
          return true;
        }
        const part = frame.data.subarray(0, to - received);
        received += part.byteLength;
        if (part.byteLength > 0) parts.push(part);
        if (part.byteLength === 0 || received === to) resolve(parts);
        return true;
      },
      fail: reject,
    });
  }

  async #whileWanted<T>(wanted: Promise<T>, signal: AbortSignal, request: Request): Promise<T> {
    signal.throwIfAborted();
    if (this.#broken !== null) throw this.#broken;
    const onAbort = (): void => request.fail(signal.reason);
    signal.addEventListener('abort', onAbort, { once: true });
    this.#request = request;
    this.#timer = setInterval(() => this.request(), AGAIN_MS);
    this.request();
    try {
      return await wanted;
    } finally {
      this.#request = null;
      clearInterval(this.#timer);
      this.#timer = null;
      signal.removeEventListener('abort', onAbort);
    }
  }
}
