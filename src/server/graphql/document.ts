import { DOCUMENT_LENGTH, DOCUMENT_LINES } from '../../bounds.ts';

/** What a GraphQL document may hold. */
interface DocumentBounds {
  /** UTF-16 code units beside strings. */
  readonly length: number;
  /** Line breaks and escapes within strings. */
  readonly lines: number;
}

const BOUNDS: DocumentBounds = { length: DOCUMENT_LENGTH, lines: DOCUMENT_LINES };

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const HASH = 0x23;
const LF = 0x0a;
const CR = 0x0d;

/**
 * Measures a GraphQL document without parsing it: programs may be written into it as strings, but what stands around them
 * is bounded, and so are the pieces that the strings are in. Returns what is wrong, or null. It reads strings as a parser
 * does up to the first mistake, and no parser gets beyond that.
 */
export function exceedsDocument(source: string, bounds = BOUNDS): string | null {
  if (source.length <= Math.min(bounds.length, bounds.lines)) return null;
  const scan = { source, at: 0, lines: 0 };
  let length = 0;
  while (scan.at < source.length) {
    const start = scan.at;
    if (source.startsWith('"""', start)) skipBlock(scan);
    else if (source.charCodeAt(start) === QUOTE) skipString(scan);
    else if (source.charCodeAt(start) === HASH) length += skipLine(scan);
    else {
      length++;
      scan.at++;
    }
    if (length > bounds.length) {
      return `Expected a document of at most ${bounds.length} characters beside its strings, got more.`;
    }
    if (scan.lines > bounds.lines) {
      return `Expected at most ${bounds.lines} line breaks and escapes in the strings of a document, got more; use a variable.`;
    }
  }
  return null;
}

interface Scan {
  readonly source: string;
  at: number;
  lines: number;
}

function skipBlock(scan: Scan): void {
  const { source } = scan;
  let at = scan.at + 3;
  while (at < source.length) {
    const code = source.charCodeAt(at);
    if (code === LF || code === CR) scan.lines++;
    if (code === QUOTE && source.startsWith('"""', at)) {
      at += 3;
      break;
    }
    if (code === BACKSLASH && source.startsWith('"""', at + 1)) {
      scan.lines++;
      at += 4;
    } else {
      at++;
    }
  }
  scan.at = at;
}

function skipString(scan: Scan): void {
  const { source } = scan;
  let at = scan.at + 1;
  while (at < source.length) {
    const code = source.charCodeAt(at);
    if (code === QUOTE || code === LF || code === CR) {
      at++;
      break;
    }
    if (code === BACKSLASH) {
      scan.lines++;
      at += 2;
    } else {
      at++;
    }
  }
  scan.at = at;
}

/** How much was skipped. */
function skipLine(scan: Scan): number {
  const start = scan.at;
  while (scan.at < scan.source.length) {
    const code = scan.source.charCodeAt(scan.at);
    if (code === LF || code === CR) break;
    scan.at++;
  }
  return scan.at - start;
}
