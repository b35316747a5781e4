import type { ProgramInput, StdinPart } from '../../../executions/run.ts';
import type { LauncherStdin } from './frames.ts';
import type { Outbox } from './outbox.ts';

/** Bytes that may be on their way beyond what the program's pipe has taken: so much a launcher keeps. */
const WINDOW_BYTES = 64 * 1024;

/**
 * Sends what is written to a program's open stdin to its launcher, in order and never more than that keeps. In one of two
 * modes:
 *
 * - *lost*, at first and whenever the stream is gone: nothing is sent, as it is not known what the launcher has.
 * - *sending* from an offset on: entered when the program's start or a response tells the offset that comes next; entered
 *   anew when a response tells that something sent before it has not arrived.
 *
 * What was sent is not kept: what has to be sent again is read again.
 */
export class StdinSender {
  readonly #outbox: Outbox;
  #input: ProgramInput | null = null;
  /** Where it begins in a program that starts now; null: only the launcher can tell. */
  #from: number | null = null;
  /** The next offset to be sent; null: *lost*. */
  #next: number | null = null;
  #taken = 0;
  /** What was read beyond what the launcher has room for. */
  #held: StdinPart | null = null;
  #isEndSent = false;
  /** Aborted when sending begins anew, or is over. */
  #anew = new AbortController();
  #wake: () => void = () => undefined;

  constructor(outbox: Outbox) {
    this.#outbox = outbox;
  }

  /**
   * Sends what `input` has until `over` aborts, or another process owns the execution. To be called before the program is
   * given. Rejects when the store was given up.
   * @param from where the input begins in a program that has not started; null: it may have, and only the launcher can tell
   */
  async feed(input: ProgramInput, from: number | null, over: AbortSignal): Promise<void> {
    this.#input = input;
    this.#from = from;
    over.addEventListener('abort', () => this.#begin(null), { once: true });
    while (!over.aborted) {
      const { signal } = this.#anew;
      const at = this.#next;
      const room = at === null || this.#isEndSent ? 0 : this.#taken + WINDOW_BYTES - at;
      if (at === null || room <= 0) {
        await new Promise<void>((resolve) => {
          this.#wake = resolve;
        });
        continue;
      }
      const part = this.#held ?? (await input.read(at, signal));
      if (signal.aborted) continue;
      if (part === null) return;
      this.#send(at, part, room);
    }
  }

  /** The program has started. */
  started(): void {
    if (this.#next === null && this.#from !== null) this.#begin(this.#from);
  }

  /** A launcher's response: what it has of a stdin that stays open. */
  responded({ next, taken }: LauncherStdin): void {
    if (this.#next === null || next > this.#next || next < this.#outbox.stdinBeforeProbe) this.#begin(next);
    this.taken(taken);
  }

  /** The stream is gone. */
  closed(): void {
    this.#begin(null);
  }

  /** The program's pipe has taken all before that offset. False when that is of no use. */
  taken(offset: number): boolean {
    if (this.#next === null || offset <= this.#taken) return false;
    // Sent by another process that had it before.
    const isBeyond = offset > this.#next;
    if (isBeyond) this.#begin(offset);
    this.#taken = offset;
    this.#input?.taken(offset);
    this.#wake();
    return !isBeyond;
  }

  #send(at: number, part: StdinPart, room: number): void {
    const data = part.data.subarray(0, room);
    const next = at + data.byteLength;
    if (data.byteLength > 0) this.#outbox.stdin(at, data);
    this.#next = next;
    this.#held = null;
    if (data.byteLength < part.data.byteLength) {
      this.#held = { data: part.data.subarray(room), end: part.end };
    } else if (part.end) {
      this.#isEndSent = true;
      this.#outbox.stdinEnd(next);
    }
  }

  #begin(next: number | null): void {
    this.#anew.abort();
    this.#anew = new AbortController();
    this.#next = next;
    this.#held = null;
    this.#isEndSent = false;
    this.#wake();
  }
}
