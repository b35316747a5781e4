/** A numbered piece of output, as every transport brings it. */
export interface Chunk {
  readonly seq: number;
  readonly stream: 'STDOUT' | 'STDERR';
  readonly text: string;
}

/** One event of the subscription `output`. */
export interface OutputEvent {
  readonly chunks: readonly Chunk[];
  readonly cursor: number;
  readonly ended: boolean;
  readonly execution: { readonly status: string; readonly endReason: string | null };
}

export const WATCH = `subscription Watch($id: ID!, $after: Int) {
  output(id: $id, after: $after) {
    chunks { seq stream text }
    cursor
    ended
    execution { status endReason }
  }
}`;

/** What one viewer got, checked while it comes: every number once, in order, without a gap. */
export class Received {
  #cursor = 0;
  #pieces: string[] = [];
  /** Events that brought text. */
  events = 0;
  /** How it stood with the first event that brought text. */
  firstStatus: string | null = null;
  end: OutputEvent['execution'] | null = null;

  /** Number of the last chunk, to go on from. */
  get cursor(): number {
    return this.#cursor;
  }

  get text(): string {
    return this.#pieces.join('');
  }

  /** @throws Error when a chunk is missing or comes again, or anything comes after the end */
  add(chunks: readonly Chunk[]): void {
    if (this.end) throw new Error(`Expected nothing after the end, got ${JSON.stringify(chunks)}.`);
    for (const { seq, text } of chunks) {
      this.#cursor++;
      if (seq !== this.#cursor) throw new Error(`Expected chunk ${this.#cursor}, got ${seq}.`);
      this.#pieces.push(text);
    }
    if (chunks.length > 0) this.events++;
  }

  addEvent({ chunks, cursor, ended, execution }: OutputEvent): void {
    this.add(chunks);
    if (chunks.length > 0) this.firstStatus ??= execution.status;
    if (cursor !== this.#cursor) throw new Error(`Expected cursor ${this.#cursor}, got ${cursor}.`);
    if (ended) this.end = execution;
  }
}

/** A JavaScript program that prints `count` lines, one each `everyMs` milliseconds. */
export function linesProgram(count: number, everyMs: number): string {
  return `
    for (let line = 1; line <= ${count}; line++) {
      console.log('line ' + line);
      await new Promise((resolve) => setTimeout(resolve, ${everyMs}));
    }
  `;
}

/** What `linesProgram(count, …)` prints. */
export function linesText(count: number): string {
  return Array.from({ length: count }, (_, index) => `line ${index + 1}\n`).join('');
}
