import { CHUNK_BYTES, EARLY_CHUNKS, GATHER_LONG_MS, GATHER_MS } from '../../../bounds.ts';
import { type Chunk, chunkBytes, type Display, type TextStream } from '../../../executions/output/chunk.ts';
import { Pending, type Segment } from './pending.ts';
import { take, takeLines } from './take.ts';

export interface ChunkerOptions {
  /** UTF-8 bytes of text that may be handed out; what goes beyond is dropped. */
  readonly outputBytes: number;
  /** Gets chunks in order. While a promise it returned is pending nothing more is handed out. */
  readonly output: (chunks: readonly Chunk[]) => void | Promise<void>;
  /** Called once, when text had to be dropped. */
  readonly limitReached: () => void;
  /** Called when `output` threw or rejected; nothing more is handed out then. */
  readonly failed: (cause: unknown) => void;
  readonly clock?: Clock;
}

/** The time and timers, so that tests need not wait. */
export interface Clock {
  /** Milliseconds since 1970. */
  now(): number;
  /** Calls back once after `ms`; returns what cancels that. */
  after(ms: number, callback: () => void): () => void;
}

const systemClock: Clock = {
  now: Date.now,
  after(ms, callback) {
    const timer = setTimeout(callback, ms);
    return () => clearTimeout(timer);
  },
};

/**
 * Makes numbered chunks of the raw bytes of two streams.
 *
 * The first line goes out at once; what follows within the gathering time goes out together at its end, or when it fills
 * a chunk. Text without a newline waits for the rest of its line for at most that time. The gathering time is short until
 * a program has used its budget of chunks, then long: the price of a long printer's record stays low, and only its
 * viewers wait a little.
 */
export class Chunker {
  readonly #options: ChunkerOptions;
  readonly #clock: Clock;
  readonly #decoders = { STDOUT: newDecoder(), STDERR: newDecoder() };
  readonly #pending = new Pending();
  readonly #scratch = new Uint8Array(CHUNK_BYTES);
  #seq = 0;
  #bytesLeft: number;
  #lastOutput = Number.NEGATIVE_INFINITY;
  /** When it was checked last what is due. */
  #lastPollAt = Number.NEGATIVE_INFINITY;
  #timer: { readonly due: number; readonly cancel: () => void } | null = null;
  #waiting: Promise<void> | null = null;
  #closed = false;
  #truncated = false;

  constructor(options: ChunkerOptions) {
    this.#options = options;
    this.#clock = options.clock ?? systemClock;
    this.#bytesLeft = options.outputBytes;
  }

  /** Whether text was dropped at the limit. */
  get truncated(): boolean {
    return this.#truncated;
  }

  /** Pending while `output` has not taken what it was given: read no more until then. Never rejects. */
  get waiting(): Promise<void> | null {
    return this.#waiting;
  }

  /** Takes bytes just read. Does nothing once the limit is reached. */
  push(stream: TextStream, bytes: Uint8Array): void {
    if (this.#closed) return;
    const text = this.#decoders[stream].decode(bytes, { stream: true });
    if (text === '') return;
    this.#pending.add(stream, text, this.#clock.now(), CHUNK_BYTES);
    this.#proceed();
  }

  /** Takes what the program displays, behind all that it has printed so far. Does nothing once the limit is reached. */
  display(display: Display, text: string): void {
    if (this.#closed) return;
    this.#pending.addDisplay(display, text, this.#clock.now());
    this.#proceed();
  }

  /** Hands out what is left; resolves when all was taken. No more bytes may be pushed. */
  async end(): Promise<void> {
    for (const stream of ['STDOUT', 'STDERR'] as const) {
      const rest = this.#decoders[stream].decode();
      if (rest !== '' && !this.#closed) this.#pending.add(stream, rest, this.#clock.now(), CHUNK_BYTES);
    }
    while (this.#waiting !== null) await this.#waiting;
    if (!this.#closed) {
      this.#pending.promoteTails(Number.POSITIVE_INFINITY);
      this.#handOut(1);
    }
    while (this.#waiting !== null) await this.#waiting;
    this.#close();
  }

  #proceed(): void {
    if (this.#closed || this.#waiting !== null) return;
    const now = this.#clock.now();
    if (now < this.#lastPollAt) this.#forgetTimes();
    this.#lastPollAt = now;
    const gatherMs = this.#seq < EARLY_CHUNKS ? GATHER_MS : GATHER_LONG_MS;
    const linesDue = this.#lastOutput + gatherMs;
    const oldestTail = this.#pending.oldestTail();
    const tailDue =
      oldestTail === null ? Number.POSITIVE_INFINITY : Math.max(oldestTail + GATHER_MS, linesDue);
    if (tailDue <= now) this.#pending.promoteTails(now - GATHER_MS);
    if (this.#pending.length > 0 && linesDue <= now) this.#handOut(1);
    else if (this.#pending.length >= CHUNK_BYTES) this.#handOut(CHUNK_BYTES);
    this.#wakeAt(this.#nextDue(gatherMs));
  }

  /** After the clock was set back: what waits would wait until it has caught up. */
  #forgetTimes(): void {
    this.#pending.promoteTails(Number.POSITIVE_INFINITY);
    this.#lastOutput = Number.NEGATIVE_INFINITY;
  }

  #nextDue(gatherMs: number): number {
    const linesDue = this.#pending.length > 0 ? this.#lastOutput + gatherMs : Number.POSITIVE_INFINITY;
    const tail = this.#pending.oldestTail();
    if (tail === null) return linesDue;
    return Math.min(linesDue, Math.max(tail + GATHER_MS, this.#lastOutput + gatherMs));
  }

  #wakeAt(due: number): void {
    if (this.#timer !== null && this.#timer.due <= due) return;
    this.#timer?.cancel();
    this.#timer = null;
    if (due === Number.POSITIVE_INFINITY || this.#closed || this.#waiting !== null) return;
    const cancel = this.#clock.after(Math.max(0, due - this.#clock.now()), () => {
      this.#timer = null;
      this.#proceed();
    });
    this.#timer = { due, cancel };
  }

  /** Hands out whole chunks while at least `atLeast` code units are there. */
  #handOut(atLeast: number): void {
    const chunks: Chunk[] = [];
    while (this.#pending.length >= atLeast && this.#pending.length > 0 && !this.#truncated) {
      const chunk = this.#takeChunk();
      if (chunk !== null) chunks.push(chunk);
    }
    if (this.#truncated) this.#close();
    if (chunks.length > 0) {
      this.#lastOutput = this.#clock.now();
      this.#give(chunks);
    }
    if (this.#truncated) this.#options.limitReached();
  }

  #takeChunk(): Chunk | null {
    const segment = this.#pending.lines[0] as Segment;
    if (segment.display !== undefined) return this.#takeDisplay({ ...segment, display: segment.display });
    let taken = takeLines(segment.text, this.#scratch);
    if (taken.bytes > this.#bytesLeft) {
      taken = take(segment.text, this.#scratch.subarray(0, this.#bytesLeft));
      this.#truncated = true;
    }
    const text = segment.text.slice(0, taken.length);
    this.#bytesLeft -= taken.bytes;
    this.#pending.take(taken.length);
    if (text === '') return null;
    this.#seq += 1;
    return { seq: this.#seq, stream: segment.stream, text, at: segment.at };
  }

  /** What is displayed is never parted: at the limit it is dropped. */
  #takeDisplay({ stream, text, display, at }: Segment & { readonly display: Display }): Chunk | null {
    const bytes = chunkBytes({ text, display });
    this.#pending.take(0);
    if (bytes > this.#bytesLeft) {
      this.#truncated = true;
      return null;
    }
    this.#bytesLeft -= bytes;
    this.#seq += 1;
    return { seq: this.#seq, stream, text, at, display };
  }

  #give(chunks: readonly Chunk[]): void {
    try {
      const taken = this.#options.output(chunks);
      if (taken === undefined) return;
      this.#waiting = taken.then(
        () => this.#resume(),
        (cause: unknown) => this.#fail(cause),
      );
    } catch (cause) {
      this.#fail(cause);
    }
  }

  #resume(): void {
    this.#waiting = null;
    this.#proceed();
  }

  #fail(cause: unknown): void {
    this.#waiting = null;
    this.#close();
    this.#options.failed(cause);
  }

  #close(): void {
    this.#closed = true;
    this.#timer?.cancel();
    this.#timer = null;
    this.#pending.clear();
  }
}

/** A byte order mark is text like any other here. */
function newDecoder(): TextDecoder {
  return new TextDecoder('utf-8', { ignoreBOM: true });
}
