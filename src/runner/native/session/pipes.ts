import { execFile } from 'node:child_process';
import { closeSync, constants, openSync, rmSync } from 'node:fs';
import { Socket } from 'node:net';
import { join } from 'node:path';
import { promisify } from 'node:util';

/** Processes for which pipes are made at once: to start what makes them costs more than they do. */
const BATCH = 8;
const { O_RDONLY, O_RDWR, O_WRONLY, O_NONBLOCK } = constants;
/** `net` knows it, its types do not: nothing is read until somebody asks. */
const PAUSED = { pauseOnCreate: true } as object;

/** How often it is looked whether output has come to its end, milliseconds, and how often it may not have while it is read. */
const END_INTERVAL_MS = 250;
const END_LOOKS = 8;

/** The names of a process's pipes in the directory of its session. */
export interface PipeNames {
  readonly stdin: string;
  readonly stdout: string;
  readonly stderr: string;
}

/** The named pipes of one process of a session: this server's ends. */
export class SessionPipes {
  readonly names: PipeNames;
  readonly stdout: Socket;
  readonly stderr: Socket;
  /** To what the process reads. */
  readonly stdin: Socket;
  readonly #directory: string;
  /** Hold the other ends until the process has them, and while several processes have them one after the other. */
  readonly #keepers: number[];

  /** @throws when too few descriptors are left */
  constructor(directory: string, names: PipeNames) {
    this.#directory = directory;
    this.names = names;
    const opened: number[] = [];
    const open = (name: string, flags: number): number => {
      const descriptor = openSync(join(directory, name), flags | O_NONBLOCK);
      opened.push(descriptor);
      return descriptor;
    };
    try {
      const stdout = open(names.stdout, O_RDONLY);
      const stderr = open(names.stderr, O_RDONLY);
      this.#keepers = [names.stdin, names.stdout, names.stderr].map((name) => open(name, O_RDWR));
      const stdin = open(names.stdin, O_WRONLY);
      this.stdin = socketOf({ fd: stdin, readable: false, writable: true });
      this.stdout = socketOf({ fd: stdout, readable: true, writable: false, ...PAUSED });
      this.stderr = socketOf({ fd: stderr, readable: true, writable: false, ...PAUSED });
    } catch (cause) {
      for (const descriptor of opened) closeSync(descriptor);
      throw cause;
    }
  }

  /** The process has its ends: what it reads ends when the server ends it. */
  connected(): void {
    const keeper = this.#keepers.shift();
    if (keeper !== undefined) closeSync(keeper);
  }

  /**
   * No process comes any more: its output ends behind what is in the pipes. Where another process of the session holds an end
   * that it found in the directory, it ends all the same, once it was read for two seconds.
   */
  release(): void {
    for (const output of [this.stdout, this.stderr]) endWithin(output);
    for (const keeper of this.#keepers.splice(0)) closeSync(keeper);
    this.stdin.destroy();
    for (const name of Object.values(this.names)) rmSync(join(this.#directory, name), { force: true });
  }

  /** The same, where nobody reads the output. */
  discard(): void {
    this.release();
    this.stdout.destroy();
    this.stderr.destroy();
  }
}

/** What is not read yet is waited for: the pipe holds little, and the store may be away. */
function endWithin(output: Socket): void {
  let looks = 0;
  const timer = setInterval(() => {
    if (!output.isPaused()) looks += 1;
    if (looks > END_LOOKS) output.destroy();
  }, END_INTERVAL_MS);
  if (output.closed) clearInterval(timer);
  else output.once('close', () => clearInterval(timer));
}

function socketOf(options: ConstructorParameters<typeof Socket>[0]): Socket {
  const socket = new Socket(options);
  socket.on('error', () => undefined);
  return socket;
}

/** Makes the pipes of a session's processes, in a directory that its jail sees and cannot change. */
export class PipeMaker {
  readonly #directory: string;
  readonly #free: PipeNames[] = [];
  #count = 0;

  constructor(directory: string) {
    this.#directory = directory;
  }

  /** Rejects where the system has no `mkfifo`, or too few descriptors are left. */
  async take(): Promise<SessionPipes> {
    if (this.#free.length === 0) {
      const made = Array.from({ length: BATCH }, () => {
        this.#count += 1;
        return { stdin: `${this.#count}i`, stdout: `${this.#count}o`, stderr: `${this.#count}e` };
      });
      const paths = made.flatMap((names) => Object.values(names)).map((name) => join(this.#directory, name));
      await promisify(execFile)('mkfifo', ['-m', '600', ...paths]);
      this.#free.push(...made);
    }
    return new SessionPipes(this.#directory, this.#free.pop() as PipeNames);
  }
}
