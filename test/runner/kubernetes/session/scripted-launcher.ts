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
    for (const line of lines) this.#launcher.receive(line, this);
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
 * A launcher that sends what a test has it send. It responds to `hello`, unless `responds` is false, and writes a log; all else
 * is the test's.
 */
export class ScriptedLauncher {
  /** The lines received, over all streams; probes and empty lines left out. */
  readonly commands: string[] = [];
  /** The numbers after which the server requested everything. */
  readonly requests: number[] = [];
  /** How many probes were received, with a response or without. */
  probes = 0;
  readonly streams: ScriptedStream[] = [];
  readonly log: string[] = [];
  /** How often it was attached to, in vain too. */
  attempts = 0;
  responds = true;
  attachable = true;
  state: 'waiting' | 'running' | 'ended' = 'waiting';
  id: string | null = null;
  last = 0;
  /** How far it is with a stdin that stays open. */
  stdin: { readonly next: number; readonly taken: number } | undefined;
  /** What it reports of its interpreter. */
  notice: string | undefined;
  /** Called with each `hello` that requests what is missing, after the response. */
  onRequest: (after: number) => void = () => undefined;
  onCommand: (command: string) => void = () => undefined;
  readonly #checks = new Set<() => void>();

  readonly attach = async (handlers: AttachHandlers, signal: AbortSignal): Promise<AttachedStream> => {
    this.attempts += 1;
    this.#check();
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

  receive(line: string, stream: ScriptedStream): void {
    const [command, nonce, after] = line.split(' ');
    if (command === 'hello') {
      this.probes += 1;
      if (this.responds) {
        const { state, id, last, stdin, notice } = this;
        const fields = { nonce, protocol: 1, version: '3.13.1', state, id, last, stdin, notice };
        this.#write({ type: 'ready', ...fields }, stream);
      }
      if (after !== undefined) {
        this.requests.push(Number(after));
        if (this.responds) this.onRequest(Number(after));
      }
    } else if (line !== '') {
      this.commands.push(line);
      this.onCommand(line);
    }
    this.#check();
  }

  /** Sends frames over the stream that is open, and writes them to the log. */
  send(...frames: readonly Frame[]): void {
    for (const frame of frames) {
      this.log.push(JSON.stringify(frame));
      this.#write(frame, this.stream);
    }
  }

  /** Writes frames to the log, and nowhere else. */
  writeLog(...frames: readonly Frame[]): void {
    for (const frame of frames) this.log.push(JSON.stringify(frame));
  }

  /** Sends text as it is. */
  raw(text: string): void {
    this.stream.bytes(Buffer.from(text));
  }

  /** Resolves when it holds; checked at each line received and each attempt to attach. */
  async until(what: string, holds: () => boolean): Promise<void> {
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    const check = (): void => {
      if (holds()) resolve();
    };
    const timer = setTimeout(() => {
      const { attempts, requests, commands } = this;
      const state = JSON.stringify({
        attempts,
        requests,
        commands: commands.map((command) => command.slice(0, 80)),
      });
      reject(new Error(`Waited for ${what} in vain: ${state}`));
    }, 20_000);
    this.#checks.add(check);
    check();
    await promise.finally(() => {
      clearTimeout(timer);
      this.#checks.delete(check);
    });
  }

  #write(frame: Frame, stream: ScriptedStream): void {
    stream.bytes(Buffer.from(`${JSON.stringify(frame)}\n`));
  }

  #check(): void {
    for (const check of [...this.#checks]) check();
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
