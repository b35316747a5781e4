import { execFile } from 'node:child_process';
import { chmodSync, closeSync, constants, openSync } from 'node:fs';
import { Socket } from 'node:net';
import { join } from 'node:path';
import { promisify } from 'node:util';

/** Pairs that are made at once: a process for each pair would cost more than the pair. */
const BATCH = 16;
/** Nobody but the server's user. */
const MODE = 0o600;

/** The server's ends of two named pipes, for one process. */
export class OutputPipes {
  readonly paths: readonly [stdout: string, stderr: string];
  readonly #descriptors: readonly [number, number];
  readonly #released: () => void;
  #sockets: readonly Socket[] | null = null;

  constructor(paths: readonly [string, string], released: () => void) {
    this.paths = paths;
    this.#released = released;
    const flags = constants.O_RDONLY | constants.O_NONBLOCK;
    const first = openSync(paths[0], flags);
    try {
      this.#descriptors = [first, openSync(paths[1], flags)];
    } catch (cause) {
      closeSync(first);
      throw cause;
    }
  }

  /** To be called when the process has the other ends: without them reading would come to an end at once. Paused. */
  open(): { readonly stdout: Socket; readonly stderr: Socket } {
    const [stdout, stderr] = this.#descriptors.map((fd) => {
      const socket = new Socket({ fd, readable: true, writable: false, ...PAUSED });
      socket.on('error', () => undefined);
      return socket;
    }) as [Socket, Socket];
    this.#sockets = [stdout, stderr];
    return { stdout, stderr };
  }

  /** The process has ended, or never came to be: the pipes are another's once what was opened is closed. */
  release(): void {
    if (this.#sockets === null) {
      for (const descriptor of this.#descriptors) closeSync(descriptor);
      this.#released();
      return;
    }
    const open = this.#sockets.filter(({ closed }) => !closed);
    let left = open.length;
    if (left === 0) this.#released();
    for (const socket of open) {
      socket.once('close', () => {
        left -= 1;
        if (left === 0) this.#released();
      });
    }
  }
}

/** `net` knows it, its types do not: nothing is read until somebody asks. */
const PAUSED = { pauseOnCreate: true } as object;

/** Pairs of named pipes in a directory of the server's own. A pair is used again when both of its ends are closed. */
export class NamedPipes {
  readonly #directory: string;
  readonly #free: (readonly [string, string])[] = [];
  #count = 0;

  constructor(directory: string) {
    this.#directory = directory;
  }

  /** Rejects where the system has no `mkfifo`, or too few descriptors are left. */
  async take(): Promise<OutputPipes> {
    while (this.#free.length === 0) await this.#make();
    const paths = this.#free.pop() as readonly [string, string];
    return new OutputPipes(paths, () => this.#giveBack(paths));
  }

  /** A program may have changed the mode of what it had open, so that nobody could open it again. */
  #giveBack(paths: readonly [string, string]): void {
    try {
      for (const path of paths) chmodSync(path, MODE);
    } catch {
      // The directory has been removed meanwhile.
      return;
    }
    this.#free.push(paths);
  }

  async #make(): Promise<void> {
    const pairs = Array.from({ length: BATCH }, () => {
      this.#count += 1;
      return [join(this.#directory, `${this.#count}o`), join(this.#directory, `${this.#count}e`)] as const;
    });
    await promisify(execFile)('mkfifo', ['-m', MODE.toString(8), ...pairs.flat()]);
    this.#free.push(...pairs);
  }
}
