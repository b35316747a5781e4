import { STDIN_WRITE_BYTES } from '../bounds.ts';
import type { Execution } from './execution.ts';
import type { OwnedRecord } from './owned-record.ts';
import type { Retry } from './retry.ts';
import type { ProgramInput, StdinPart } from './run.ts';
import type { Revision, Store } from './store.ts';
import { recordStdinRead } from './transitions.ts';

/** How long what the program has taken is gathered before it is recorded and erased, milliseconds. */
const GATHER_MS = 50;

export interface ActiveInputOptions {
  readonly store: Store;
  readonly retry: Retry;
  readonly record: OwnedRecord;
}

/**
 * Stdin and interrupts of an active execution, from its claim or adoption on. What was written is in the store; this tells
 * the runner of it as soon as `receive` says that there is more. Disposed with the end: nothing is recorded from then on.
 */
export class ActiveInput implements ProgramInput, Disposable {
  readonly #options: ActiveInputOptions;
  readonly #waiting = new Set<() => void>();
  #taken: number;
  #timer: NodeJS.Timeout | null = null;
  #isClosed = false;

  constructor(options: ActiveInputOptions) {
    this.#options = options;
    this.#taken = options.record.execution.stdinRead;
  }

  get isOpen(): boolean {
    return this.#options.record.execution.stdinOpen;
  }

  /** A write or an interrupt was stored, by this process or another. */
  receive(
    seen: Pick<Execution | Revision, 'stdinBytes' | 'stdinClosed' | 'interrupts'> &
      Partial<Pick<Execution, 'lastStdinWrite'>>,
  ): void {
    if (!this.#options.record.observe(seen)) return;
    for (const wake of this.#waiting) wake();
  }

  async read(from: number, signal: AbortSignal): Promise<StdinPart | null> {
    const { store, retry, record } = this.#options;
    for (;;) {
      if (signal.aborted) return null;
      const { id, stdinBytes, stdinClosed } = record.execution;
      if (from < stdinBytes) {
        const data = await retry(() => store.readStdin(id, from, STDIN_WRITE_BYTES));
        // Erased by the process that owns it now.
        if (data.byteLength === 0) return null;
        return { data, end: stdinClosed && from + data.byteLength === stdinBytes };
      }
      if (stdinClosed) return { data: new Uint8Array(), end: true };
      await this.#change(signal);
    }
  }

  taken(upTo: number): void {
    const { record } = this.#options;
    // A program may have had more reported than there is.
    const taken = Math.min(upTo, record.execution.stdinBytes);
    if (taken <= this.#taken || this.#isClosed) return;
    this.#taken = taken;
    record.observe({ stdinRead: taken });
    this.#timer ??= setTimeout(() => this.#recordTaken(), GATHER_MS);
  }

  get interrupts(): number {
    return this.#options.record.execution.interrupts;
  }

  async interrupted(delivered: number, signal: AbortSignal): Promise<number | null> {
    for (;;) {
      if (signal.aborted) return null;
      if (this.interrupts > delivered) return this.interrupts;
      await this.#change(signal);
    }
  }

  [Symbol.dispose](): void {
    this.#isClosed = true;
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#timer = null;
  }

  /** Recorded first, so that a process that adopts the execution does not look for what is erased. */
  #recordTaken(): void {
    this.#timer = null;
    const { store, record } = this.#options;
    const { execution } = record;
    const upTo = this.#taken;
    record.write(recordStdinRead(execution, upTo));
    record.erase(() => store.deleteStdin(execution.id, upTo));
  }

  /** Resolves when something was received, or the signal is aborted. */
  async #change(signal: AbortSignal): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#waiting.add(resolve);
    const onAbort = (): void => resolve();
    signal.addEventListener('abort', onAbort, { once: true });
    try {
      await promise;
    } finally {
      this.#waiting.delete(resolve);
      signal.removeEventListener('abort', onAbort);
    }
  }
}
