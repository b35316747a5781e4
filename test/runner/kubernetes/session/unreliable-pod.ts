import type { AttachedStream, AttachHandlers } from '../../../../src/runner/kubernetes/cluster.ts';
import type { LauncherProcess } from '../../../support/launcher/launcher-process.ts';

export interface Unreliable {
  /** From 0 to 1. */
  readonly random: () => number;
  /** Streams are cut after up to so many bytes from the launcher, most of them far earlier; no cut when it is 0. */
  readonly cutWithin: number;
  /** Of so many attempts to attach one fails. */
  readonly failsOf?: number;
}

/** A real launcher behind streams that are cut anywhere, lag, and sometimes do not open. */
export class UnreliablePod {
  readonly #launcher: LauncherProcess;
  readonly #how: Unreliable;
  cuts = 0;

  constructor(launcher: LauncherProcess, how: Unreliable) {
    this.#launcher = launcher;
    this.#how = how;
  }

  readonly attach = async (handlers: AttachHandlers, signal: AbortSignal): Promise<AttachedStream> => {
    const { random, failsOf = 0, cutWithin } = this.#how;
    await later(random() * 3);
    if (failsOf > 0 && random() < 1 / failsOf) throw new Error('The stream did not open.');
    signal.throwIfAborted();
    // One of ten ends before the launcher's first answer is whole.
    const length = random() < 0.1 ? random() * 150 : 150 + random() ** 3 * cutWithin;
    const most = cutWithin > 0 ? Math.floor(length) : Number.POSITIVE_INFINITY;
    const stream = new UnreliableStream(this.#launcher, handlers, random, most, () => {
      this.cuts += 1;
    });
    signal.addEventListener('abort', () => stream[Symbol.dispose](), { once: true });
    return stream;
  };
}

class UnreliableStream implements AttachedStream {
  readonly bufferedBytes = 0;
  readonly closed: Promise<{ readonly reason: string }>;
  readonly #closed = Promise.withResolvers<{ readonly reason: string }>();
  readonly #launcher: LauncherProcess;
  readonly #handlers: AttachHandlers;
  readonly #random: () => number;
  readonly #onCut: () => void;
  readonly #parts: Buffer[] = [];
  readonly #onData = (bytes: Buffer): void => this.#arrive(bytes);
  #bytesLeft: number;
  #isOpen = true;
  #isPaused = false;
  #isMoving = false;

  constructor(
    launcher: LauncherProcess,
    handlers: AttachHandlers,
    random: () => number,
    most: number,
    onCut: () => void,
  ) {
    this.#launcher = launcher;
    this.#handlers = handlers;
    this.#random = random;
    this.#bytesLeft = most;
    this.#onCut = onCut;
    this.closed = this.#closed.promise;
    launcher.process.stdout.on('data', this.#onData);
  }

  write(text: string): void {
    if (!this.#isOpen) return;
    if (this.#bytesLeft >= 50) {
      this.#launcher.write(text);
      return;
    }
    // Of what is written just before a cut a part arrives.
    this.#launcher.write(text.slice(0, Math.floor(this.#random() * text.length)));
    this.#cut();
  }

  pause(): void {
    this.#isPaused = true;
  }

  resume(): void {
    this.#isPaused = false;
    this.#move();
  }

  [Symbol.dispose](): void {
    if (!this.#isOpen) return;
    this.#isOpen = false;
    this.#launcher.process.stdout.off('data', this.#onData);
    this.#closed.resolve({ reason: 'cut' });
  }

  #arrive(bytes: Buffer): void {
    this.#parts.push(bytes);
    this.#move();
  }

  #move(): void {
    if (this.#isMoving) return;
    this.#isMoving = true;
    void later(this.#random() * 2).then(() => {
      this.#isMoving = false;
      if (!this.#isOpen || this.#isPaused) return;
      for (const bytes of this.#parts.splice(0)) {
        const part = bytes.subarray(0, this.#bytesLeft);
        this.#bytesLeft -= part.length;
        if (part.length > 0) this.#handlers.stdout(part);
        if (this.#bytesLeft > 0) continue;
        this.#cut();
        return;
      }
    });
  }

  #cut(): void {
    if (!this.#isOpen) return;
    this.#onCut();
    this[Symbol.dispose]();
  }
}

function later(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}

/** Numbers from 0 to 1 that a seed repeats. */
export function seeded(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}
