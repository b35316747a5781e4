import type { AttachedStream, AttachHandlers } from '../../../../src/runner/kubernetes/cluster.ts';

type Frame = Readonly<Record<string, unknown>>;

/** A stream to a scripted launcher. */
export class ScriptedStream implements AttachedStream {
  readonly bufferedBytes = 0;
  readonly closed: Promise<{ readonly reason: string }>;
  readonly #closed = Promise.withResolvers<{ readonly reason: string }>();
  readonly #launcher: ScriptedLauncher;
  readonly #handlers: AttachHandlers;
  isOpen = true;
  isPaused = false;
  #unfinished = '';

  constructor(launcher: ScriptedLauncher, handlers: AttachHandlers) {
    this.#launcher = launcher;
    this.#handlers = handlers;
    this.closed = this.#closed.promise;
  }

  write(text: string): void {
    if (!this.isOpen) return;
    const lines = (this.#unfinished + text).split('\n');
    this.#unfinished = lines.pop() ?? '';
    for (const line of lines) this.#launcher.heard(line, this);
  }

  pause(): void {
    this.isPaused = true;
  }

  resume(): void {
    this.isPaused = false;
  }

  bytes(bytes: Buffer): void {
    if (this.isOpen) this.#handlers.stdout(bytes);
  }

  close(): void {
    this.isOpen = false;
    this.#closed.resolve({ reason: 'cut' });
  }

  [Symbol.dispose](): void {
    this.close();
  }
}

/**
 * A launcher that says what a test has it say. It answers `hello`, unless told not to, and writes a log; everything else
 * is the test's.
 */
export class ScriptedLauncher {
  /** What was heard, over all streams; questions and empty lines left out. */
  readonly orders: string[] = [];
  /** The numbers after which the server asked for everything. */
  readonly asked: number[] = [];
  /** How many questions were heard, answered or not. */
  questions = 0;
  readonly streams: ScriptedStream[] = [];
  readonly log: string[] = [];
  /** How often it was attached to, in vain too. */
  attempts = 0;
  answers = true;
  attachable = true;
  state: 'waiting' | 'running' | 'ended' = 'waiting';
  id: string | null = null;
  last = 0;
  /** Called with each `hello` that asks for what is missing, after the answer. */
  onAsked: (after: number) => void = () => undefined;
  onOrder: (order: string) => void = () => undefined;
  readonly #looks = new Set<() => void>();

  readonly attach = async (handlers: AttachHandlers, signal: AbortSignal): Promise<AttachedStream> => {
    this.attempts += 1;
    this.#look();
    if (!this.attachable) throw new Error('Not attachable.');
    const stream = new ScriptedStream(this, handlers);
    signal.addEventListener('abort', () => stream.close(), { once: true });
    this.streams.push(stream);
    return stream;
  };

  get stream(): ScriptedStream {
    const stream = this.streams.findLast(({ isOpen }) => isOpen);
    if (stream === undefined) throw new Error(`No stream is open; there were ${this.streams.length}.`);
    return stream;
  }

  heard(line: string, stream: ScriptedStream): void {
    const [order, nonce, after] = line.split(' ');
    if (order === 'hello') {
      this.questions += 1;
      if (this.answers) {
        const { state, id, last } = this;
        this.#write({ type: 'ready', nonce, protocol: 1, version: '3.13.1', state, id, last }, stream);
      }
      if (after !== undefined) {
        this.asked.push(Number(after));
        if (this.answers) this.onAsked(Number(after));
      }
    } else if (line !== '') {
      this.orders.push(line);
      this.onOrder(line);
    }
    this.#look();
  }

  /** Says frames over the stream that is open, and writes them to the log. */
  say(...frames: readonly Frame[]): void {
    for (const frame of frames) {
      this.log.push(JSON.stringify(frame));
      this.#write(frame, this.stream);
    }
  }

  /** Writes frames to the log, and nowhere else. */
  logs(...frames: readonly Frame[]): void {
    for (const frame of frames) this.log.push(JSON.stringify(frame));
  }

  /** Sends text as it is. */
  raw(text: string): void {
    this.stream.bytes(Buffer.from(text));
  }

  /** Resolves when it holds; looks at each line heard and each attempt to attach. */
  async until(what: string, holds: () => boolean): Promise<void> {
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    const look = (): void => {
      if (holds()) resolve();
    };
    const timer = setTimeout(() => {
      const { attempts, asked, orders } = this;
      const told = JSON.stringify({ attempts, asked, orders: orders.map((order) => order.slice(0, 80)) });
      reject(new Error(`Waited for ${what} in vain: ${told}`));
    }, 20_000);
    this.#looks.add(look);
    look();
    await promise.finally(() => {
      clearTimeout(timer);
      this.#looks.delete(look);
    });
  }

  #write(frame: Frame, stream: ScriptedStream): void {
    stream.bytes(Buffer.from(`${JSON.stringify(frame)}\n`));
  }

  #look(): void {
    for (const look of [...this.#looks]) look();
  }
}

export function start(id: string, at = Date.now()): Frame {
  return { type: 'start', id, at };
}

export function out(n: number, d: string, s: 1 | 2 = 1, at = Date.now()): Frame {
  return { type: 'out', n, s, at, d };
}

export function end(last: number, fields: Frame = {}): Frame {
  return {
    type: 'end',
    last,
    cause: 'exit',
    exitCode: fields['cause'] === undefined || fields['cause'] === 'exit' ? 0 : null,
    signal: null,
    wallMs: 12.4,
    cpuMs: 8,
    maxMemoryMb: 3.14,
    truncated: false,
    ...fields,
  };
}
