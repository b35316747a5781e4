import { DISPLAY_BYTES } from '../../bounds.ts';
import type { StoredContent } from '../execution.ts';

/** What a program prints to; what it displays is a stream of its own. */
export type TextStream = 'STDOUT' | 'STDERR';
export type OutputStream = TextStream | 'DISPLAY';

/** Text of one stream, numbered 1, 2, 3, … without a gap within its execution. Never changed once numbered. */
export interface Chunk {
  readonly seq: number;
  readonly stream: OutputStream;
  /** Well-formed text (no lone surrogates), at most `CHUNK_BYTES` as UTF-8. */
  readonly text: string;
  /** When the bytes were first read, milliseconds since 1970. */
  readonly at: number;
  /** The rich result that a `DISPLAY` chunk is, of which `text` is the plain form; not there in chunks of printed text. */
  readonly display?: Display;
}

/** What a program displays: the same thing in one or more media types. */
export interface Display {
  readonly parts: readonly DisplayPart[];
  /** Whether it is the value of a cell's last expression. */
  readonly isResult: boolean;
}

/** All parts of one display that are kept with it hold at most `DISPLAY_BYTES`. */
export interface DisplayPart {
  /** In lower case, without parameters: `text/html`, `image/png`. */
  readonly mediaType: string;
  /** Text of a text type as it is; other types as base64. Empty where it is stored beside the files. */
  readonly data: string;
  readonly isBase64: boolean;
  /** Where its content is beside the files of its execution: it was too large for its chunk. */
  readonly stored?: StoredContent;
}

/** Bytes that a chunk takes in memory, in a store and on the wire: its text, and what is displayed and kept with it. */
export function chunkBytes({ text, display }: Pick<Chunk, 'text' | 'display'>): number {
  const bytes = Buffer.byteLength(text);
  if (display === undefined) return bytes;
  const aside = partsAside(display);
  return display.parts.reduce(
    (sum, part) => (aside.has(part) ? sum : sum + Buffer.byteLength(part.data)),
    bytes,
  );
}

/** Bytes of a part's content. */
export function partBytes({ data, isBase64, stored }: DisplayPart): number {
  return stored?.bytes ?? Buffer.byteLength(data, isBase64 ? 'base64' : 'utf8');
}

/** The parts that are too large to be kept with their chunk. */
export function partsAside({ parts }: Display): ReadonlySet<DisplayPart> {
  const aside = new Set<DisplayPart>();
  let left = DISPLAY_BYTES;
  for (const part of parts) {
    const bytes = Buffer.byteLength(part.data);
    if (bytes > left) aside.add(part);
    else left -= bytes;
  }
  return aside;
}

/** The part of `chunks` that follows on `after` without a gap. */
export function untilGap(chunks: readonly Chunk[], after: number): readonly Chunk[] {
  const gap = chunks.findIndex((chunk, index) => chunk.seq !== after + 1 + index);
  return gap === -1 ? chunks : chunks.slice(0, gap);
}
