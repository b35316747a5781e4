/** From here on a character may be other than one column wide. */
const FIRST_UNUSUAL = 0x300;
const WIDE: readonly (readonly [number, number])[] = [
  [0x1100, 0x115f],
  [0x2e80, 0x303e],
  [0x3041, 0xa4cf],
  [0xa960, 0xa97f],
  [0xac00, 0xd7a3],
  [0xf900, 0xfaff],
  [0xfe30, 0xfe6f],
  [0xff00, 0xff60],
  [0xffe0, 0xffe6],
  [0x20000, 0x3fffd],
];
const NO_WIDTH = /^(?:\p{Mn}|\p{Me}|\p{Cf})$/u;
const EMOJI = /^\p{Emoji_Presentation}$/u;

/** Widths that were looked up, one more than they are, by code point; 0 is none. Regular expressions are slow for a screenful. */
const known = new Uint8Array(0x20000);

/** Columns that a terminal gives to the character. */
function widthOf(code: number): number {
  if (code < FIRST_UNUSUAL) return 1;
  const width = known[code];
  if (width !== undefined && width > 0) return width - 1;
  const found = lookUp(code);
  known[code] = found + 1;
  return found;
}

function lookUp(code: number): number {
  const character = String.fromCodePoint(code);
  if (NO_WIDTH.test(character)) return 0;
  return EMOJI.test(character) || WIDE.some(([from, to]) => code >= from && code <= to) ? 2 : 1;
}

/**
 * Where a line breaks into rows of at most `columns`: the code units at which each row but the first begins.
 * @param columns at least 2
 */
export function breaks(text: string, columns: number): number[] {
  const found: number[] = [];
  if (isUsual(text)) {
    for (let at = columns; at < text.length; at += columns) found.push(at);
    return found;
  }
  let used = 0;
  for (let at = 0; at < text.length; ) {
    const code = text.codePointAt(at) ?? 0;
    const width = widthOf(code);
    if (used + width > columns) {
      found.push(at);
      used = 0;
    }
    used += width;
    at += code > 0xffff ? 2 : 1;
  }
  return found;
}

function isUsual(text: string): boolean {
  for (let at = 0; at < text.length; at++) if (text.charCodeAt(at) >= FIRST_UNUSUAL) return false;
  return true;
}
