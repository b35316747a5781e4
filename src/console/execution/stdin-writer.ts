import { signal } from '@preact/signals';
import { WriteStdin } from '../api/operations.ts';
import { sleep } from '../api/outage.ts';
import { RefusedError, request } from '../api/request.ts';

/** Code units of one write: at most 48 KiB as UTF-8, and the server takes 64. */
const WRITE_LENGTH = 16 * 1024;
/** Code units that wait to be sent; as much as the server lets wait for a program. */
const MAX_WAITING_LENGTH = 1024 * 1024;
/** Longest pause before a write that found no room is tried again, milliseconds. */
const MAX_PAUSE_MS = 2000;

export interface StdinWriterOptions {
  readonly id: string;
  /** Ends every attempt. */
  readonly signal: AbortSignal;
  /** Shows a sentence to the reader; null takes it away. */
  readonly tell: (sentence: string | null) => void;
}

/**
 * Sends what is typed to an execution's standard input, in order and each piece once: every write has its offset, so that
 * one whose answer was lost can be repeated, and what somebody else wrote meanwhile is noticed.
 */
export class StdinWriter {
  /** What stands in the field and has not been sent. What the server refuses comes back here. */
  readonly field = signal('');
  /** Whether nothing more is sent: the end of input was, or is about to be, or somebody else has ended it. */
  readonly ended = signal(false);
  readonly #options: StdinWriterOptions;
  #waiting = '';
  #offset = 0;
  #isSending = false;

  constructor(options: StdinWriterOptions) {
    this.#options = options;
  }

  /** The server told how many bytes it has accepted, from whomever. */
  accepted(bytes: number): void {
    this.#offset = Math.max(this.#offset, bytes);
  }

  /** Sends the field with a line end. Returns what is sent; null when too much waits to be sent already. */
  sendLine(): string | null {
    return this.#take(`${this.field.peek()}\n`);
  }

  /** Sends the field as it is, and ends input behind it. Returns what is sent; null as `sendLine`. */
  end(): string | null {
    return this.#take(this.field.peek(), true);
  }

  #take(text: string, end = false): string | null {
    if (this.ended.peek()) return null;
    if (this.#waiting.length + text.length > MAX_WAITING_LENGTH) {
      this.#options.tell(`Not sent: ${this.#waiting.length} characters wait to be sent already.`);
      return null;
    }
    this.#waiting += text.toWellFormed();
    this.field.value = '';
    this.ended.value = end;
    void this.#send();
    return text;
  }

  /** Sends until nothing waits. */
  async #send(): Promise<void> {
    if (this.#isSending) return;
    this.#isSending = true;
    try {
      while (this.#waiting !== '' || this.ended.peek()) {
        const text = firstPart(this.#waiting);
        const end = this.ended.peek() && text.length === this.#waiting.length;
        if (!(await this.#write(text, end)) || end) return;
        this.#waiting = this.#waiting.slice(text.length);
      }
    } catch (error) {
      if (this.#options.signal.aborted) return;
      if (!(error instanceof RefusedError)) throw error;
      this.#giveBack(error.message);
    } finally {
      this.#isSending = false;
    }
  }

  /** Back into the field with what was not sent; its line end comes with sending it again. */
  #giveBack(reason: string): void {
    this.field.value = (this.#waiting + this.field.peek()).replace(/\n$/, '');
    this.#waiting = '';
    this.ended.value = false;
    this.#options.tell(`Not sent: ${reason}`);
  }

  /** There is nobody to send it to any more. */
  #giveUp(reason: string): void {
    this.#waiting = '';
    this.ended.value = true;
    this.#options.tell(`Not sent: ${reason}`);
  }

  /** One write, until there is room for it. Resolves to whether it was stored; if not, the reader was told. */
  async #write(data: string, end: boolean): Promise<boolean> {
    const { id, signal, tell } = this.#options;
    const offset = this.#offset;
    for (let attempt = 0; ; attempt++) {
      const { writeStdin } = await request(WriteStdin, { id, data, offset, end }, signal);
      switch (writeStdin.__typename) {
        case 'WriteStdinSuccess':
          this.accepted(offset + new TextEncoder().encode(data).byteLength);
          if (attempt > 0) tell(null);
          return true;
        case 'StdinFullError':
          tell('The program has not read what was sent before. What you typed is sent when it has.');
          await sleep(Math.min(MAX_PAUSE_MS, writeStdin.retryAfterMs * 2 ** attempt), signal);
          signal.throwIfAborted();
          break;
        case 'StdinOffsetError':
          this.accepted(writeStdin.offset);
          this.#giveBack(
            'somebody else wrote to the program meanwhile. Send it again to have it behind that.',
          );
          return false;
        case 'StdinClosedError':
          this.#giveUp('input was ended.');
          return false;
        case 'AlreadyEndedError':
          this.#giveUp('the program has ended.');
          return false;
        default:
          this.#giveBack(writeStdin.message);
          return false;
      }
    }
  }
}

/** As much as one write takes, and no half of a character. */
function firstPart(text: string): string {
  if (text.length <= WRITE_LENGTH) return text;
  const isCut = /[\ud800-\udbff]/.test(text.charAt(WRITE_LENGTH - 1));
  return text.slice(0, isCut ? WRITE_LENGTH - 1 : WRITE_LENGTH);
}
