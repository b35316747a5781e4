import { randomUUID } from 'node:crypto';
import type { Endpoint } from '../connection/endpoint.ts';
import { type End, observe } from '../connection/follow.ts';
import {
  cancelExecution,
  interruptExecution,
  RefusedError,
  submit,
  writeToProgram,
} from '../connection/operations.ts';
import { CommandError } from '../errors.ts';
import type { ExecuteInput } from '../generated/graphql.ts';
import type { Shell } from '../shell.ts';
import { printChunks } from '../terminal/format.ts';

/** What a session's cells have in common; a server that refuses `context` or `stdinOpen` is asked without. */
export interface CellOptions {
  readonly sessionId: string;
  context: string | null;
  /** Whether what is typed while a cell runs is for its program. */
  stdinOpen: boolean;
}

/** One cell from its submission to its end. */
export class Cell {
  readonly #endpoint: Endpoint;
  readonly #options: CellOptions;
  readonly #following = new AbortController();
  #id: string | null = null;
  #interrupts = 0;

  constructor(endpoint: Endpoint, options: CellOptions) {
    this.#endpoint = endpoint;
    this.#options = options;
  }

  /** Runs it and prints what it prints. @throws CommandError when it cannot be submitted or followed */
  async run(code: string, shell: Shell): Promise<End> {
    const id = await this.#submit(code);
    this.#id = id;
    if (this.#interrupts > 0) void this.#interrupt(id);
    const observer = {
      status: null,
      chunks: (chunks: Parameters<typeof printChunks>[0]) => printChunks(chunks, shell),
      lost() {},
      connected() {},
    };
    return await observe(this.#endpoint, id, 0, observer, this.#following.signal);
  }

  /** Interrupts it; the second time it is cancelled, which may cost the variables. */
  interrupt(): void {
    this.#interrupts++;
    if (this.#id !== null) void this.#interrupt(this.#id);
  }

  /** Gives it a line that was typed while it runs. */
  write(line: string): void {
    this.#write(`${line}\n`, false);
  }

  /** Nothing more is typed. */
  endInput(): void {
    this.#write('', true);
  }

  #write(data: string, end: boolean): void {
    if (this.#id === null || !this.#options.stdinOpen) return;
    writeToProgram(this.#endpoint, this.#id, data, end).catch(() => {
      // Following it says what is wrong.
    });
  }

  async #interrupt(id: string): Promise<void> {
    try {
      const isFirst = this.#interrupts === 1;
      if (!isFirst || !(await interruptExecution(this.#endpoint, id)))
        await cancelExecution(this.#endpoint, id);
    } catch {
      // Following it says what is wrong.
    }
  }

  async #submit(code: string): Promise<string> {
    const { sessionId } = this.#options;
    const idempotencyKey = `podline-repl-${randomUUID()}`;
    for (;;) {
      const { context, stdinOpen } = this.#options;
      const input: ExecuteInput = { code, sessionId, context, stdinOpen, idempotencyKey };
      try {
        return await submit(this.#endpoint, input);
      } catch (error) {
        if (!(error instanceof RefusedError) || !this.#doWithout(error.refusal)) throw error;
      }
    }
  }

  /** Whether it can be submitted without what the server cannot do. */
  #doWithout(refusal: RefusedError['refusal']): boolean {
    const field = refusal.__typename === 'InvalidInputError' ? refusal.field : null;
    if (field === 'stdinOpen' && this.#options.stdinOpen) this.#options.stdinOpen = false;
    else if (field === 'context' && this.#options.context === DEFAULT_CONTEXT) this.#options.context = null;
    else return false;
    return true;
  }
}

/** The context of a session at the terminal where none is named. */
export const DEFAULT_CONTEXT = 'main';

/** Whether it ended as a program that succeeds. */
export function hasSucceeded({ endReason, exitCode }: End): boolean {
  return endReason === 'EXITED' && exitCode === 0;
}

/** @throws CommandError that the session has ended */
export function sessionEnded(message: string | null): CommandError {
  return new CommandError(`The session has ended. ${message ?? 'Its caller ended it.'}`);
}
