import type { Display, OutputStream, TextStream } from '../../../executions/output/chunk.ts';

/** Text of one stream, or what is displayed, in the order it arrived. */
export interface Segment {
  readonly stream: OutputStream;
  text: string;
  /** Given when the stream is `DISPLAY`; `text` is its plain form then. */
  readonly display?: Display;
  /** When its first byte was read, milliseconds since 1970. */
  readonly at: number;
}

type TextSegment = Segment & { readonly stream: TextStream };

/**
 * What was read and not yet handed out: whole lines in order of arrival, and for each stream the beginning of a line
 * whose rest has not come. The two are apart so that a line read in two parts stays one, even when the other stream
 * printed in between.
 */
export class Pending {
  /** Whole lines, oldest first; neighbours are of different streams. */
  readonly lines: Segment[] = [];
  readonly #tails = new Map<TextStream, TextSegment>();
  /** UTF-16 code units in `lines`, with those of what is displayed. */
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

  /** Adds what is displayed, behind all that was printed before. */
  addDisplay(display: Display, text: string, at: number): void {
    this.promoteTails(Number.POSITIVE_INFINITY);
    const segment = { stream: 'DISPLAY', text, display, at } as const;
    this.lines.push(segment);
    this.length += lengthOf(segment);
  }

  /** Takes the first `length` code units of the first segment; of what is displayed all there is. */
  take(length: number): void {
    const segment = this.lines[0] as Segment;
    if (segment.display !== undefined || length === segment.text.length) {
      this.lines.shift();
      this.length -= segment.display === undefined ? length : lengthOf(segment);
      return;
    }
    segment.text = segment.text.slice(length);
    this.length -= length;
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

  #promote(tail: TextSegment): void {
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

function lengthOf({ text, display }: Segment): number {
  return (display?.parts ?? []).reduce((sum, { data }) => sum + data.length, Math.max(1, text.length));
}
