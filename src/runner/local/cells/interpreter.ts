import type { RunRequest } from '../../../executions/run.ts';
import { Cell, type CellOptions, INTERRUPT_GRACE_MS } from './cell.ts';
import { type FrameKind, framed } from './frames.ts';
import type { ReceivedMessage } from './messages.ts';
import { InterpreterOutput } from './output.ts';
import type { InterpreterProcess } from './process.ts';

export interface InterpreterOptions {
  readonly process: InterpreterProcess;
  /** By which its messages are known (messages.ts). */
  readonly token: string;
  /** Called for each message about files. */
  readonly received?: (message: ReceivedMessage) => void;
  /** Called when it passes its memory bound between two cells; it is being killed. */
  readonly outOfMemory?: () => void;
}

export type OpenOptions = Pick<CellOptions, 'output'> &
  Partial<Pick<CellOptions, 'graceMs' | 'isToldOfInterrupt'>>;

/** An interpreter whose variables stay. States: idle, busy while a cell runs, ended with its process. */
export class Interpreter {
  readonly process: InterpreterProcess;
  readonly #outOfMemory: () => void;
  readonly #stdout: InterpreterOutput;
  readonly #stderr: InterpreterOutput;
  #cell: Cell | null = null;
  /** Of the cell that was opened last. */
  #number = 0;
  #hasEnded = false;

  constructor({
    process,
    token,
    received = () => undefined,
    outOfMemory = () => undefined,
  }: InterpreterOptions) {
    this.process = process;
    this.#outOfMemory = outOfMemory;
    this.#stdout = new InterpreterOutput({
      pipe: process.stdout,
      token,
      received: (one) => {
        const { message } = one;
        if (message.type !== 'ended' && message.type !== 'begun') received(one);
        else if (message.number !== this.#number) return;
        else if (message.type === 'begun') this.#cell?.hasBegun();
        else this.#cell?.stdoutEnded(message.exitCode);
      },
    });
    this.#stderr = new InterpreterOutput({
      pipe: process.stderr,
      token,
      received: ({ message }) => {
        if (message.type === 'ended' && message.number === this.#number) this.#cell?.stderrEnded();
      },
    });
    void process.exited.then((exit) => {
      this.#hasEnded = true;
      this.#cell?.lost(exit);
      this.#stdout.abandon();
      this.#stderr.abandon();
    });
  }

  get hasEnded(): boolean {
    return this.#hasEnded;
  }

  /**
   * A cell that can be begun. Throws while another one is under way.
   * @param extras what this interpreter is sent beside what every one is
   * @param options see `CellOptions`
   */
  open(
    extras: object,
    { output, graceMs = INTERRUPT_GRACE_MS, isToldOfInterrupt = true }: OpenOptions,
  ): Cell {
    if (this.#cell !== null) throw new Error('Expected an idle interpreter, got a busy one');
    this.#number += 1;
    const number = this.#number;
    const document = ({ code, fileName, args, payload: { env }, input }: RunRequest): object => {
      const isInterrupted = isToldOfInterrupt && input.interrupts > 0;
      return { number, code, fileName, args, env, isInterrupted, ...extras };
    };
    const cell = new Cell({
      process: this.process,
      stdout: this.#stdout.open(),
      stderr: this.#stderr.open(),
      document,
      graceMs,
      isToldOfInterrupt,
      output,
      endStdout: () => this.#stdout.end(),
      endStderr: () => this.#stderr.end(),
      ended: () => {
        this.#cell = null;
        if (!this.#hasEnded) this.#idle();
      },
    });
    this.#cell = cell;
    return cell;
  }

  /** Sends it something beside cells. */
  send(kind: FrameKind, bytes: Uint8Array): void {
    void this.process.send(framed(kind, bytes));
  }

  #idle(): void {
    this.process.watch(null, (limit) => {
      if (limit === 'memory') this.#outOfMemory();
    });
  }
}
