import { type Execution, hasEnded } from './execution.ts';
import type { Notifier } from './notifier.ts';
import { recordEnd } from './record-end.ts';
import type { Retry } from './retry.ts';
import type { Store } from './store.ts';
import type { Telemetry } from './telemetry.ts';
import { release, type Transition } from './transitions.ts';

export interface OwnedRecordOptions {
  readonly store: Store;
  readonly notifier: Notifier;
  readonly retry: Retry;
  readonly telemetry: Pick<Telemetry, 'ended'>;
  /** Called once, when another process turns out to own the execution. Must not throw. */
  readonly onLost: () => void;
  /** Called with the record as each write found it: others may have written to its stdin. Must not throw. */
  readonly onWritten: (written: Execution) => void;
  /** Called when a write shows that a cancel request is stored, each time. Must not throw. */
  readonly onCancelRequest: () => void;
}

type ObservedField = 'stdinBytes' | 'stdinClosed' | 'stdinRead' | 'lastStdinWrite' | 'interrupts';

/**
 * The record of an execution that this process owns. `execution` is what this process knows, which may be ahead of the store:
 * a change counts here at once and is written after those before it. In one of two modes:
 *
 * - *owned*, at first: changes are written, and repeated while the store is away.
 * - *lost*: another process owns it. Entered by `lose`, or by a write that found the record under another epoch. Nothing
 *   more is written, and it is never left.
 */
export class OwnedRecord {
  readonly #options: OwnedRecordOptions;
  #execution: Execution;
  #writes: Promise<void> = Promise.resolve();
  #isLost = false;
  #isErased = false;

  constructor(execution: Execution, options: OwnedRecordOptions) {
    this.#options = options;
    this.#execution = execution;
  }

  get execution(): Execution {
    return this.#execution;
  }

  get isLost(): boolean {
    return this.#isLost;
  }

  /** Applies a transition, which is no end, here at once and in the store after those before it. */
  write(transition: Transition): void {
    const { retry, notifier, onCancelRequest } = this.#options;
    this.#execution = { ...this.#execution, ...transition.change };
    notifier.notify(this.#execution.id, this.#execution);
    this.#enqueue(async () => {
      const written = await retry(() => this.#apply(transition));
      if (written === null) this.lose();
      else this.#options.onWritten(written);
      // A cancel request during the claim found no active execution.
      if (written !== null && written.cancelRequestedAt !== null) onCancelRequest();
    });
  }

  /**
   * Counts here at once what others have written to the record: numbers that only grow, and what is only set once. Returns
   * whether that was news.
   */
  observe(seen: Partial<Pick<Execution, ObservedField>>): boolean {
    const { stdinBytes, stdinClosed, stdinRead, interrupts } = this.#execution;
    const next = {
      stdinBytes: Math.max(stdinBytes, seen.stdinBytes ?? 0),
      stdinClosed: stdinClosed || (seen.stdinClosed ?? false),
      stdinRead: Math.max(stdinRead, seen.stdinRead ?? 0),
      interrupts: Math.max(interrupts, seen.interrupts ?? 0),
    };
    if (hasEnded(this.#execution)) return false;
    const lastStdinWrite =
      next.stdinBytes > stdinBytes || next.stdinClosed !== stdinClosed ? seen.lastStdinWrite : undefined;
    this.#execution = { ...this.#execution, ...next, ...(lastStdinWrite && { lastStdinWrite }) };
    return next.stdinBytes > stdinBytes || next.stdinClosed !== stdinClosed || next.interrupts > interrupts;
  }

  /** Erases its payload, after the writes before. */
  erasePayload(): void {
    const { store, retry } = this.#options;
    this.#enqueue(async () => {
      await retry(() => store.deletePayload(this.#execution.id));
      this.#isErased = true;
    });
  }

  /** Makes an erasure, after the writes before, as often as the store needs it. */
  erase(operation: () => Promise<void>): void {
    this.#enqueue(() => this.#options.retry(operation));
  }

  /** Writes, after all before it, that no process owns it. Rejects when the store was given up. */
  async release(): Promise<void> {
    const { retry } = this.#options;
    this.#enqueue(async () => {
      await retry(() => this.#apply(release(this.#execution)));
    });
    await this.#writes;
  }

  /** Resolves when all changes made so far are written, or it is lost. Rejects when the store was given up. */
  written(): Promise<void> {
    return this.#writes;
  }

  /**
   * Records an end after all other writes; it is shown only then. False when it is lost. Rejects when the store was given up.
   * @param report called once the end is stored
   */
  async recordEnd(transition: Transition, report: (ended: Execution) => void): Promise<boolean> {
    const { store, notifier, telemetry, retry } = this.#options;
    const stored = (ended: Execution): void => {
      this.#execution = ended;
    };
    const write = (one: Transition) => retry(() => this.#apply(one));
    this.#enqueue(async () => {
      const isErased = this.#isErased;
      const options = { store, notifier, telemetry, write, stored, report, isErased, erase: retry };
      if ((await recordEnd(transition, options)) === null) this.lose();
    });
    await this.#writes;
    return !this.#isLost;
  }

  /** Another process has adopted it: this one writes nothing more. Harmless to repeat. */
  lose(): void {
    if (this.#isLost) return;
    this.#isLost = true;
    this.#options.onLost();
  }

  /** Null when another process owns the record. A write whose response was lost counts as made. */
  async #apply({ expected, change }: Transition): Promise<Execution | null> {
    const { store } = this.#options;
    const { id } = this.#execution;
    const written = await store.updateExecution(id, expected, change);
    if (written) return written;
    const now = await store.getExecution(id);
    return now && now.epoch === (change.epoch ?? expected.epoch) && now.status === change.status ? now : null;
  }

  #enqueue(write: () => Promise<void>): void {
    this.#writes = this.#writes.then(() => (this.#isLost ? undefined : write()));
    // The failure reaches those who await the writes; until then it must not count as unhandled.
    this.#writes.catch(() => {});
  }
}
