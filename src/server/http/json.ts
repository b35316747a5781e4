import { JSON_DEPTH, JSON_VALUES } from '../../bounds.ts';

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const COMMA = 0x2c;
const OPEN_LIST = 0x5b;
const CLOSE_LIST = 0x5d;
const OPEN_OBJECT = 0x7b;
const CLOSE_OBJECT = 0x7d;

/** What a JSON text may hold. */
interface JsonBounds {
  readonly values: number;
  readonly depth: number;
}

const BOUNDS: JsonBounds = { values: JSON_VALUES, depth: JSON_DEPTH };

/**
 * Counts the values of a JSON text without parsing it; up to 2 ms for each megabyte. Returns what is wrong, or null when
 * the text is within `bounds`. The count is that of a parser up to the first place where the text is no JSON, and no
 * parser gets beyond it. Empty lists and objects count as one value more.
 */
export function exceedsJson(bytes: Uint8Array, bounds = BOUNDS): string | null {
  let values = 1;
  let depth = 0;
  for (let at = 0; at < bytes.length; at++) {
    switch (bytes[at]) {
      case QUOTE:
        at = endOfString(bytes, at);
        break;
      case COMMA:
        values++;
        break;
      case OPEN_LIST:
      case OPEN_OBJECT:
        values++;
        depth++;
        if (depth > bounds.depth) return `Expected JSON of at most ${bounds.depth} levels, got more.`;
        break;
      case CLOSE_LIST:
      case CLOSE_OBJECT:
        depth--;
        break;
      default:
    }
    if (values > bounds.values) return `Expected JSON of at most ${bounds.values} values, got more.`;
  }
  return null;
}

/** Where the string ends that begins at `start`: the index of its closing quote, or the end of the text. */
function endOfString(bytes: Uint8Array, start: number): number {
  let at = start + 1;
  while (at < bytes.length && bytes[at] !== QUOTE) at += bytes[at] === BACKSLASH ? 2 : 1;
  return at;
}
