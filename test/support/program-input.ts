import type { ProgramInput, StdinPart } from '../../src/executions/run.ts';

/** Stdin and interrupts of a program as a test writes them, without a store. */
export class ScriptedInput implements ProgramInput {
  readonly isOpen: boolean;
  /** How far the program's pipe has taken them. */
  takenBytes = 0;
  #bytes = Buffer.alloc(0);
  #isClosed = false;
  interrupts = 0;
  readonly #waiting = new Set<() => void>();

  constructor({ isOpen = true, stdin = '' } = {}) {
    this.isOpen = isOpen;
    this.#bytes = Buffer.from(stdin);
  }

  write(text: string | Uint8Array): void {
    this.#bytes = Buffer.concat([this.#bytes, Buffer.from(text)]);
    this.#wake();
  }

  end(): void {
    this.#isClosed = true;
    this.#wake();
  }

  interrupt(): void {
    this.interrupts++;
    this.#wake();
  }

  async read(from: number, signal: AbortSignal): Promise<StdinPart | null> {
    for (;;) {
      if (signal.aborted) return null;
      const data = this.#bytes.subarray(from, from + 64 * 1024);
      const end = this.#isClosed && from + data.length === this.#bytes.length;
      if (data.length > 0 || end) return { data, end };
      await this.#change(signal);
    }
  }

  taken(upTo: number): void {
    this.takenBytes = Math.max(this.takenBytes, upTo);
  }

  async interrupted(delivered: number, signal: AbortSignal): Promise<number | null> {
    while (!signal.aborted && this.interrupts <= delivered) await this.#change(signal);
    return signal.aborted ? null : this.interrupts;
  }

  #wake(): void {
    for (const wake of this.#waiting) wake();
    this.#waiting.clear();
  }

  #change(signal: AbortSignal): Promise<void> {
    return new Promise((resolve) => {
      this.#waiting.add(resolve);
      signal.addEventListener('abort', () => resolve(), { once: true });
    });
  }
}

/** Of a program whose stdin ends with its payload and that nobody interrupts. */
export const NO_INPUT: ProgramInput = new ScriptedInput({ isOpen: false });
