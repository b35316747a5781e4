import type { Socket } from 'node:net';
import type { LocalInput } from '../local/input.ts';

export interface NativeInputOptions {
  /** The pipe to a stdin that stays open; null when it does not. */
  readonly pipe: Socket | null;
  /** What the program finds in it first. */
  readonly stdin: string;
  /** Resolves when the program has ended. */
  readonly exited: Promise<unknown>;
  /** Process 1 of the jail. */
  readonly pid: number;
}

/** What reaches a program of the native host while it runs: writes to its pipe, and signals. */
export class NativeInput implements LocalInput {
  readonly begun: Promise<boolean>;
  readonly #pipe: Socket | null;
  readonly #pid: number;
  #hasEnded = false;

  constructor({ pipe, stdin, exited, pid }: NativeInputOptions) {
    this.#pipe = pipe;
    this.#pid = pid;
    // A program that closes its stdin, or ends, is no failure of anything.
    pipe?.on('error', () => undefined);
    void exited.then(() => {
      this.#hasEnded = true;
    });
    this.begun = this.write(Buffer.from(stdin));
  }

  write(stdin: Uint8Array): Promise<boolean> {
    const pipe = this.#pipe;
    if (this.#hasEnded || !pipe?.writable) return Promise.resolve(false);
    return new Promise((resolve) => {
      // Also called, with an error, when the pipe is destroyed.
      pipe.write(stdin, (error) => resolve(!error));
    });
  }

  end(): void {
    // A pipe is no socket and cannot be shut down: it is closed.
    this.#pipe?.destroySoon();
  }

  interrupt(): void {
    if (this.#hasEnded) return;
    try {
      // Process 1 leads the group that the program is in, and is not reached itself: it has no handler.
      process.kill(-this.#pid, 'SIGINT');
    } catch {
      // It ended by itself just now.
    }
  }
}
