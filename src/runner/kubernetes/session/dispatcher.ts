import type { Chunk } from '../../../executions/output/chunk.ts';
import { DisplayPieces } from './display.ts';
import type { FileReader } from './file-reader.ts';
import { type EndFrame, type Frame, type LauncherHeld, parseFrame, type Ready } from './frames.ts';
import { AbuseBudget, LINE_BYTES, ReceiveBuffer } from './receive-buffer.ts';
import type { SequenceTracker } from './sequence-tracker.ts';
import type { StdinSender } from './stdin-sender.ts';

/** Receives a program's frames. Called in this order: `started` once, `output` any number of times, then one of the others. */
export interface SessionHandlers {
  /** `at` is the launcher's word, milliseconds since 1970. */
  started(at: number): void;
  /** Chunks in order, each once. A promise holds back all that follows; a rejection breaks the session. */
  output(chunks: readonly Chunk[]): void | Promise<void>;
  ended(end: EndFrame): void;
  /** The session is broken; the reason is a sentence for a person. */
  broken(reason: string): void;
}

/** Chunks dispatched at once. */
const BATCH_CHUNKS = 256;

/**
 * What was received, as far as it concerns the session:
 * - `ready`: the response to the probe that was expected
 * - `held`: the response to a probe of another process that holds, or held, the session
 * - `refused`: the payload did not arrive whole
 * - `session`: the launcher keeps a session from now on, or cannot
 * - `start`, `out`, `end`: the next frame of the program
 * - `stdin`: the program's pipe has taken more
 * - `files`: something that was requested of the files that the program left
 * - `damaged`: a line that is no frame, or from which follows that frames are missing
 * - `useless`: more came that is of no use than the launcher may send
 * - `failed`: the receiver of chunks threw or rejected
 */
export type Received =
  | ({ readonly type: 'ready' } & Ready)
  | { readonly type: 'held'; readonly held: LauncherHeld }
  | Extract<Frame, { type: 'refused' | 'session' }>
  | { readonly type: 'start' | 'out' | 'end' | 'stdin' | 'files' | 'damaged' | 'useless' | 'failed' };

/**
 * The way in, in one direction: bytes, lines, frames, sequence, handlers. Each frame of a program is dispatched once and in
 * order, chunks in batches; while the receiver of chunks wants a pause nothing is. Does nothing by itself: `push`, then
 * go through `process`, also when `waiting` has resolved.
 */
export class Dispatcher {
  /** Of the program that was given; null before. */
  sequence: SequenceTracker | null = null;
  /** Of the probe that waits for its response; any other response is of no use. */
  expectedNonce: string | null = null;
  #stdin: StdinSender | null = null;
  readonly #display = new DisplayPieces();
  readonly #files: FileReader;
  readonly #buffer = new ReceiveBuffer();
  readonly #abuse = new AbuseBudget();
  #handlers: SessionHandlers | null = null;
  #batch: Chunk[] = [];
  #end: EndFrame | null = null;
  #waiting: Promise<void> | null = null;
  #hasFailed = false;
  #isOver = false;
  #isClosed = false;
  /** Why there will be no end, unless there was one. */
  #broken: string | null = null;

  /** @param files gets what the launcher tells of the files that a program left */
  constructor(files: FileReader) {
    this.#files = files;
  }

  /**
   * From now on frames are taken for this program; the one before is over, whatever still comes of it.
   * @param stdin is told what the program's pipe has taken
   */
  begin(sequence: SequenceTracker, handlers: SessionHandlers, stdin: StdinSender): void {
    this.sequence = sequence;
    this.#handlers = handlers;
    this.#stdin = stdin;
    this.#batch = [];
    this.#end = null;
    this.#isOver = false;
    this.#display.clear();
    this.#reportBroken();
  }

  /** Pending while the receiver of chunks wants a pause. Never rejects. */
  get waiting(): Promise<void> | null {
    return this.#waiting;
  }

  get isEmpty(): boolean {
    return this.#waiting === null && this.#buffer.heldBytes === 0;
  }

  /** Keeps bytes for `process`. False when too many are held, as the stream does not heed its pause. */
  push(bytes: Buffer): boolean {
    if (!this.#isClosed) this.#buffer.push(bytes);
    return this.#waiting === null || !this.#buffer.isFull;
  }

  /** Dispatches what the lines pushed so far hold, and gives what the session has to know of. */
  *process(): Generator<Received> {
    if (this.#hasFailed) yield { type: 'failed' };
    while (!this.#isClosed && this.#waiting === null) {
      const before = this.#buffer.consumed;
      const line = this.#buffer.next();
      const bytes = this.#buffer.consumed - before;
      const received = line === null ? null : this.#take(parseFrame(line));
      if (received !== null) yield received;
      const isUseful = received !== null && !USELESS.has(received.type);
      if (isUseful) this.#abuse.useful(bytes);
      else if (!this.#abuse.useless(bytes, line !== null, performance.now())) yield { type: 'useless' };
      if (line === null || this.#batch.length >= BATCH_CHUNKS || this.#end !== null) this.#flush();
      if (this.#hasFailed) yield { type: 'failed' };
      if (line === null) return;
    }
  }

  /** The same for one line of the pod's log. Not to be called while `waiting`. */
  *processLogLine(line: string): Generator<Received> {
    const frame = line.length > LINE_BYTES ? null : parseFrame(line);
    // A log's responses are to probes of another time.
    if (this.#isClosed || frame === null || !isOfProgram(frame)) return;
    const received = this.#take(frame);
    // What is missing in a log is requested when the stream lacks it as well.
    if (received !== null && received.type !== 'damaged') yield received;
    this.#flush();
    if (this.#hasFailed) yield { type: 'failed' };
  }

  /** The stream is gone: what it left unfinished is nothing, and no response is expected. */
  streamClosed(): void {
    this.#buffer.clear();
  }

  /**
   * Dispatches what was taken, then reports that there will be no end, unless there was one; also to whoever begins after
   * that. Takes nothing more.
   */
  break(reason: string): void {
    this.#broken = reason;
    this.#isClosed = true;
    this.#buffer.clear();
    if (this.#waiting === null && !this.#hasFailed) this.#flush();
    this.#reportBroken();
  }

  /** Takes, dispatches and reports nothing more. */
  close(): void {
    this.#isClosed = true;
    this.#broken = null;
    this.#isOver = true;
    this.#buffer.clear();
    this.#batch = [];
    this.#waiting = null;
  }

  #take(frame: Frame | null): Received | null {
    if (frame === null) return DAMAGED;
    if (frame.type === 'refused' || frame.type === 'session') return frame;
    if (frame.type === 'ready') {
      if (frame.nonce === this.expectedNonce) return frame;
      return frame.held === undefined ? null : { type: 'held', held: frame.held };
    }
    if (frame.type === 'stdin') {
      const isPresent = frame.run === this.sequence?.run;
      return isPresent && this.#stdin?.taken(frame.taken) ? { type: 'stdin' } : null;
    }
    if (frame.type === 'files' || frame.type === 'file') {
      return this.#files.receive(frame) ? { type: 'files' } : null;
    }
    // Before a program was given nothing is taken: what is received now is requested then.
    const judgement = this.sequence?.take(frame) ?? 'repeated';
    if (judgement !== 'new') return judgement === 'repeated' ? null : DAMAGED;
    if (frame.type === 'start') {
      this.#handlers?.started(frame.at);
    } else if (frame.type === 'out') {
      this.#takeOutput(frame);
    } else {
      const { type: _, ...end } = frame;
      this.#end = end;
    }
    return frame;
  }

  #takeOutput({ seq, stream, text, at, piece }: Extract<Frame, { type: 'out' }>): void {
    const whole = piece === undefined ? { text } : this.#display.push(text, piece);
    if (whole !== null) this.#batch.push({ seq, stream, at, ...whole });
  }

  #flush(): void {
    const batch = this.#batch;
    this.#batch = [];
    try {
      const taken = batch.length === 0 ? undefined : this.#handlers?.output(batch);
      if (taken !== undefined) {
        this.#waiting = taken.then(
          () => this.#taken(),
          () => this.#failed(),
        );
        return;
      }
    } catch {
      this.#failed();
    }
    this.#reportEnd();
  }

  #taken(): void {
    this.#waiting = null;
    this.#reportEnd();
  }

  #failed(): void {
    this.#waiting = null;
    this.#hasFailed = true;
  }

  #reportBroken(): void {
    if (this.#broken === null || this.#isOver || this.#handlers === null) return;
    this.#isOver = true;
    this.#handlers.broken(this.#broken);
  }

  #reportEnd(): void {
    const end = this.#end;
    if (end === null || this.#isOver || this.#hasFailed) return;
    this.#end = null;
    this.#isOver = true;
    this.#handlers?.ended(end);
  }
}

function isOfProgram({ type }: Frame): boolean {
  return type === 'start' || type === 'out' || type === 'end';
}

const USELESS: ReadonlySet<Received['type']> = new Set(['damaged', 'refused', 'held']);
const DAMAGED = { type: 'damaged' } as const;
