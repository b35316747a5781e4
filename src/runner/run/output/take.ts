const encoder = new TextEncoder();

/** The beginning of a text that fits a number of bytes. */
export interface Taken {
  /** Length in UTF-16 code units; a surrogate pair is never parted. */
  readonly length: number;
  /** The same beginning as UTF-8. */
  readonly bytes: number;
}

/**
 * The longest beginning of `text` that takes at most `scratch.length` bytes of UTF-8. The buffer is only written to, so
 * that nothing is allocated.
 */
export function take(text: string, scratch: Uint8Array): Taken {
  const { read, written } = encoder.encodeInto(text, scratch);
  return { length: read, bytes: written };
}

/** As `take`, and when not all of it fits it ends after the last newline that does, where there is one. */
export function takeLines(text: string, scratch: Uint8Array): Taken {
  const fits = take(text, scratch);
  if (fits.length === text.length) return fits;
  const end = text.lastIndexOf('\n', fits.length - 1) + 1;
  if (end === 0 || end === fits.length) return fits;
  return { length: end, bytes: Buffer.byteLength(text.slice(0, end)) };
}
