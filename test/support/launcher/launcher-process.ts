import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { type EndFrame, type Frame, parseFrame, type ReadyFrame, textOf } from './frames.ts';
import { Lines } from './lines.ts';
import { payloadJson, runLine, type Wanted } from './payload.ts';
import { processesIn } from './processes.ts';

export interface LauncherOptions {
  /** The interpreter, and its arguments up to the launcher's source; IDLE_MS, LINGER_MS and the directory follow. */
  readonly command: string;
  readonly args: readonly string[];
  /** Where the program's files go, in place of `/program`. Should be this launcher's alone. */
  readonly directory: string;
  /** Milliseconds, 60,000 by default. */
  readonly idleMs?: number;
  /** Milliseconds, 600,000 by default. */
  readonly lingerMs?: number;
  /** Whether each chunk is acknowledged when it comes; false by default: a launcher holds 4 MiB at the most. */
  readonly acknowledge?: boolean;
  /** The launcher's own environment; by default PATH alone. */
  readonly env?: Readonly<Record<string, string>>;
}

export interface Exit {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
}

/** How long a test waits for a frame before it fails, milliseconds. */
const PATIENCE_MS = 20_000;

/**
 * A launcher started as a plain process, with pipes where a pod has its attached streams. It collects what the launcher
 * prints; `frames` has all of it in order. Disposing kills the launcher and all whose working directory is `directory`.
 */
export class LauncherProcess implements AsyncDisposable {
  readonly process: ChildProcessWithoutNullStreams;
  /** Every frame so far, repeats included. */
  readonly frames: Frame[] = [];
  /** Every line so far as it came, with the time it was read (`performance.now()`). */
  readonly lines: { readonly line: string; readonly at: number }[] = [];
  /** Resolves when the launcher has exited and its output was read. */
  readonly exited: Promise<Exit>;
  stderr = '';
  readonly #directory: string;
  readonly #acknowledge: boolean;
  readonly #looks = new Set<() => void>();
  #exit: Exit | null = null;
  /** The first line that was no frame; told to whoever waits. */
  #failure: unknown = null;

  constructor({ command, args, directory, idleMs = 60_000, lingerMs = 600_000, ...rest }: LauncherOptions) {
    this.#directory = directory;
    this.#acknowledge = rest.acknowledge ?? false;
    this.process = spawn(command, [...args, String(idleMs), String(lingerMs), directory], {
      cwd: directory,
      env: { ...(rest.env ?? { PATH: process.env['PATH'] ?? '' }) },
    });
    const lines = new Lines((line) => this.#take(line));
    this.process.stdout.on('data', (bytes: Buffer) => lines.push(bytes));
    this.process.stderr.on('data', (bytes: Buffer) => {
      this.stderr += bytes.toString();
    });
    // A launcher that has exited closes its stdin under what is still written.
    this.process.stdin.on('error', () => undefined);
    this.exited = new Promise((resolve, reject) => {
      this.process.once('error', reject);
      this.process.once('close', (code, signal) => {
        this.#exit = { code, signal };
        for (const look of [...this.#looks]) look();
        resolve(this.#exit);
      });
    });
    this.exited.catch((cause: unknown) => {
      this.#failure ??= cause;
      for (const look of [...this.#looks]) look();
    });
  }

  /** Writes bytes as they are. */
  write(bytes: string | Uint8Array): void {
    this.process.stdin.write(bytes);
  }

  /** Writes lines, each ended. */
  send(...lines: readonly string[]): void {
    this.write(lines.map((line) => `${line}\n`).join(''));
  }

  /** Sends `hello` with a nonce of its own and resolves to the answer. */
  async hello(from?: number): Promise<ReadyFrame> {
    const nonce = randomUUID();
    this.send(from === undefined ? `hello ${nonce}` : `hello ${nonce} ${from}`);
    return await this.frame((frame): frame is ReadyFrame => frame.type === 'ready' && frame.nonce === nonce);
  }

  /** Sends a payload. */
  run(code: string, wanted: Wanted = {}, id = 'run-1'): void {
    this.send(runLine(id, payloadJson(code, wanted)));
  }

  /** Sends a payload and resolves at its end. */
  async result(
    code: string,
    wanted: Wanted = {},
  ): Promise<{ end: EndFrame; stdout: string; stderr: string }> {
    this.run(code, wanted);
    const end = await this.end();
    return { end, stdout: this.stdout(), stderr: textOf(this.frames, 2) };
  }

  /** What the program printed to stdout so far. */
  stdout(): string {
    return textOf(this.frames, 1);
  }

  /** Resolves to the first frame that fits, of those that came and those that will, from number `since` on. */
  async frame<T extends Frame>(fits: (frame: Frame) => frame is T, since?: number): Promise<T>;
  async frame(fits: (frame: Frame) => boolean, since?: number): Promise<Frame>;
  async frame(fits: (frame: Frame) => boolean, since = 0): Promise<Frame> {
    return await this.until(() => this.frames.slice(since).find(fits));
  }

  /** Resolves when `text` stands in what the program printed. */
  async printed(text: string, s: 1 | 2 = 1): Promise<void> {
    await this.until(() => textOf(this.frames, s).includes(text) || undefined);
  }

  async end(): Promise<EndFrame> {
    return await this.frame((frame): frame is EndFrame => frame.type === 'end');
  }

  /** Asks at each frame and at the exit until there is an answer; rejects with what came when there will be none. */
  async until<T>(look: () => T | undefined): Promise<T> {
    return await new Promise<T>((resolve, reject) => {
      const finish = (settle: () => void): void => {
        clearTimeout(timer);
        this.#looks.delete(again);
        settle();
      };
      const again = (): void => {
        try {
          const found = look();
          if (found !== undefined) finish(() => resolve(found));
          else if (this.#failure !== null) finish(() => reject(this.#failure));
          else if (this.#exit !== null) finish(() => reject(new Error(`It exited. ${this.#story()}`)));
        } catch (cause) {
          finish(() => reject(cause));
        }
      };
      const timer = setTimeout(() => {
        finish(() => reject(new Error(`Gave up waiting. ${this.#story()}`)));
      }, PATIENCE_MS);
      this.#looks.add(again);
      again();
    });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (this.#exit === null && this.process.pid !== undefined) {
      this.process.kill('SIGKILL');
      await this.exited;
    }
    for (const pid of await processesIn(this.#directory)) {
      try {
        process.kill(pid, 'SIGKILL');
      } catch {
        // Gone meanwhile.
      }
    }
  }

  #take(line: string): void {
    this.lines.push({ line, at: performance.now() });
    try {
      const frame = parseFrame(line);
      this.frames.push(frame);
      if (this.#acknowledge && frame.type === 'out') this.send(`ack ${frame.n}`);
    } catch (cause) {
      this.#failure ??= cause;
    }
    for (const look of [...this.#looks]) look();
  }

  #story(): string {
    const last = this.lines.slice(-5).map(({ line }) => line.slice(0, 300));
    return `Exit ${JSON.stringify(this.#exit)}, ${this.lines.length} lines, the last:\n${last.join('\n')}\nstderr: ${this.stderr.slice(-2000)}`;
  }
}
