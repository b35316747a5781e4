import type { Readable } from 'node:stream';
import { INTERRUPT_GRACE_MS } from '../../local/cells/cell.ts';
import { framed } from '../../local/cells/frames.ts';
import type { InterpreterProcess } from '../../local/cells/process.ts';
import type { ProcessStatus } from '../../local/process-status.ts';
import type { Limit, ProcessExit } from '../../local/starter/messages.ts';
import { exitOfJail } from '../../run/endings/process-exit.ts';
import type { JailProcess, SessionJail } from './jail.ts';
import type { SessionPipes } from './pipes.ts';
import { signalTo } from './processes.ts';

/** How much later than the server the starter ends the whole jail of a cell at its time limit, milliseconds. */
const GRACE_MS = INTERRUPT_GRACE_MS + 2000;

export interface NativeInterpreterOptions {
  readonly jail: SessionJail;
  readonly pipes: SessionPipes;
  readonly process: JailProcess;
  /** `signal`: SIGINT, once a cell has begun. `frame`: a frame of stdin without bytes, behind that of the cell. */
  readonly interruptsBy: 'signal' | 'frame';
  /** Ends what is below it, and leaves the other interpreters. */
  readonly kill: () => Promise<void>;
}

/** An interpreter in the jail of a session. */
export class NativeInterpreter implements InterpreterProcess {
  readonly process: JailProcess;
  readonly saysBegun: boolean;
  readonly exited: Promise<ProcessExit>;
  readonly #options: NativeInterpreterOptions;
  #pid: number | null = null;
  #killing: Promise<void> | null = null;

  constructor(options: NativeInterpreterOptions) {
    this.#options = options;
    this.process = options.process;
    this.saysBegun = options.interruptsBy === 'signal';
    void options.process.started.then((pid) => {
      this.#pid = pid;
    });
    this.exited = options.process.ended.then(async (code) => {
      // What is killed now is no process that is started later.
      await this.#killing;
      await options.kill();
      options.pipes.release();
      const exit = exitOfJail({ code, signal: null }, () => false);
      return { ...exit, wallMs: null, peakBytes: null, cpuMs: null };
    });
  }

  get stdout(): Readable {
    return this.#options.pipes.stdout;
  }

  get stderr(): Readable {
    return this.#options.pipes.stderr;
  }

  get status(): ProcessStatus | null {
    return this.#options.jail.status;
  }

  get threads(): number {
    return this.#options.jail.threads;
  }

  send(frame: Uint8Array): Promise<boolean> {
    return new Promise((resolve) => {
      this.#options.pipes.stdin.write(frame, (error) => resolve(!error));
    });
  }

  interrupt(): void {
    if (this.#options.interruptsBy === 'frame') void this.send(framed('stdin'));
    else if (this.#pid !== null) signalTo(this.#pid, 'SIGINT');
  }

  watch(timeoutMs: number | null, passed: (limit: Limit) => void): void {
    this.#options.jail.watch(timeoutMs, GRACE_MS, passed);
  }

  kill(): void {
    this.#killing ??= this.#options.kill();
  }
}
