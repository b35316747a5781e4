import { appendFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Writable } from 'node:stream';
import type { Payload } from '../../../executions/execution.ts';
import type { RunRequest } from '../../../executions/run.ts';
import type { LocalInput } from '../../local/input.ts';
import { INTERRUPTS_FILE, type Launcher } from '../launchers.ts';
import { encodePayload, frameStdin } from './payload.ts';

/** A frame without bytes (python/input.js): there is an interrupt. */
const WAKE = Buffer.alloc(4);

/** What an interpreter that runs cells is started with. */
export interface CellsStart {
  /** By which its messages are known. */
  readonly token: string;
  /** Variables of each cell. */
  readonly env: Payload['env'];
  /** Whether it is to run one program, and no cells. */
  readonly isProgram: boolean;
}

export interface SandboxInputOptions {
  readonly launcher: Launcher;
  /** The sandbox's own, with the file that counts interrupts where the launcher reads one. */
  readonly directory: string;
  readonly stdin: Writable;
  /** Its process; null when it has ended already. */
  readonly pid: number | null;
  /** Resolves when the process has ended; never rejects. */
  readonly exited: Promise<unknown>;
}

/**
 * What reaches the process of a sandbox that is ready, by its one stdin: first what it is to run, then what comes while that
 * runs. Interrupts come by a signal, or by a file that the launcher looks at, and a frame that wakes it.
 */
export class SandboxInput implements LocalInput {
  readonly #options: SandboxInputOptions;
  readonly #begun = Promise.withResolvers<boolean>();
  #interrupts = 0;
  #hasEnded = false;

  constructor(options: SandboxInputOptions) {
    this.#options = options;
    void options.exited.then(() => {
      this.#hasEnded = true;
    });
  }

  /** Hands over payload and stdin; the program starts at once. */
  begin(request: RunRequest): void {
    const { launcher, stdin } = this.#options;
    const payload = encodePayload(request, !launcher.readsFromDirectory);
    const first = Buffer.from(request.payload.stdin);
    if (request.input.isOpen) {
      void this.send(Buffer.concat([payload, frameStdin(launcher, first)])).then(this.#begun.resolve);
      return;
    }
    stdin.end(Buffer.concat([payload, first]));
    this.#begun.resolve(true);
  }

  /** Has it run cells from now on (../../local/cells). */
  beginCells(cells: CellsStart): void {
    const document = Buffer.from(JSON.stringify({ cells }));
    this.#options.stdin.write(Buffer.concat([Buffer.from(`${document.length}\n`), document]));
  }

  get begun(): Promise<boolean> {
    return this.#begun.promise;
  }

  /** How many interrupts it was sent. */
  get interrupts(): number {
    return this.#interrupts;
  }

  write(stdin: Uint8Array): Promise<boolean> {
    return this.send(frameStdin(this.#options.launcher, stdin));
  }

  /** Sends bytes as they are, which are a frame to one that runs cells. Resolves as `write` does. */
  send(bytes: Uint8Array): Promise<boolean> {
    const { stdin, exited } = this.#options;
    if (this.#hasEnded || !stdin.writable) return Promise.resolve(false);
    const { promise, resolve } = Promise.withResolvers<boolean>();
    void exited.then(() => resolve(false));
    stdin.write(bytes, (error) => resolve(!error));
    return promise;
  }

  end(): void {
    this.#options.stdin.end();
  }

  interrupt(isOpen: boolean): void {
    if (this.#hasEnded) return;
    this.#interrupts += 1;
    const { launcher, directory, stdin, pid } = this.#options;
    if (launcher.interruptsBy === 'signal') {
      if (pid !== null) sendInterrupt(pid);
      return;
    }
    appendFileSync(join(directory, INTERRUPTS_FILE), '.');
    // With input on its way no read waits.
    if (isOpen && stdin.writable && stdin.writableLength === 0) stdin.write(WAKE);
  }
}

/** SIGINT to a process that may have ended just now. */
function sendInterrupt(pid: number): void {
  try {
    process.kill(pid, 'SIGINT');
  } catch {
    // It ended by itself just now.
  }
}
