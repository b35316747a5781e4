import type { TextStream } from '../../../executions/execution.ts';

/** Text of one stream in the order it arrived. */
export interface Segment {
  readonly stream: TextStream;
  text: string;
  /** When its first byte was read, milliseconds since 1970. */
  readonly at: number;
}

/**
 * What was read and not yet handed out: whole lines in order of arrival, and for each stream the beginning of a line
 * whose rest has not come. The two are apart so that a line read in two parts stays one, even when the other stream
 * printed in between.
 */
export class Pending {
  /** Whole lines, oldest first; neighbours are of different streams. */
  readonly lines: Segment[] = [];
  readonly #tails = new Map<TextStream, Segment>();
  /** UTF-16 code units in `lines`. */
  length = 0;

  /** Adds decoded text of one stream. A tail that reaches `tailLength` code units becomes a line of its own. */
  add(stream: TextStream, text: string, at: number, tailLength: number): void {
    const tail = this.#tails.get(stream);
    const end = text.lastIndexOf('\n') + 1;
    if (end > 0) {
      this.#tails.delete(stream);
      this.#addLines(stream, (tail?.text ?? '') + text.slice(0, end), tail?.at ?? at);
      if (end < text.length) this.#tails.set(stream, { stream, text: text.slice(end), at });
    } else if (tail === undefined) {
      this.#tails.set(stream, { stream, text, at });
    } else {
      tail.text += text;
    }
    const rest = this.#tails.get(stream);
    if (rest !== undefined && rest.text.length >= tailLength) this.#promote(rest);
  }

  /** When the oldest tail began; null when there is none. */
  oldestTail(): number | null {
    let oldest: number | null = null;
    for (const { at } of this.#tails.values()) if (oldest === null || at < oldest) oldest = at;
    return oldest;
  }

  /** Counts tails that began at `until` or before among the lines. */
  promoteTails(until: number): void {
    for (const tail of this.#tails.values()) if (tail.at <= until) this.#promote(tail);
  }

  /** Forgets everything. */
  clear(): void {
    this.lines.length = 0;
    this.length = 0;
    this.#tails.clear();
  }

  #promote(tail: Segment): void {
    this.#tails.delete(tail.stream);
    this.#addLines(tail.stream, tail.text, tail.at);
  }

  #addLines(stream: TextStream, text: string, at: number): void {
    const last = this.lines.at(-1);
    if (last?.stream === stream) last.text += text;
    else this.lines.push({ stream, text, at });
    this.length += text.length;
  }
}
