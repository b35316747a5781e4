/** What is open at the end of a text: brackets, a string of several lines, a comment; and whether a line opens a block. */
interface Scan {
  readonly depth: number;
  readonly isOpen: boolean;
  readonly hasBlock: boolean;
}

/**
 * Whether what was typed so far can be run, or more lines belong to it: as long as a bracket or a string of several lines is
 * open, and in Python until an empty line behind a block. What is wrong in another way is for the interpreter to say.
 */
export function isComplete(text: string, language: string): boolean {
  if (text.trim() === '') return true;
  const isPython = language === 'python';
  if (!isPython && language !== 'javascript' && language !== 'typescript') return true;
  const { depth, isOpen, hasBlock } = scan(text, isPython ? PYTHON : JAVASCRIPT);
  if (isOpen || depth > 0) return false;
  if (isPython && text.endsWith('\\')) return false;
  return !hasBlock || /\n[ \t]*$/.test(text);
}

interface Grammar {
  readonly comment: string;
  /** Quotes, the longest first, and whether a string in them may go over lines. */
  readonly quotes: readonly (readonly [quote: string, isLong: boolean])[];
  readonly block: { readonly begin: string; readonly end: string } | null;
  /** What ends a line that opens a block, or begins one that needs a line behind it; null where brackets do. */
  readonly opensBlock: ((line: string) => boolean) | null;
}

const PYTHON: Grammar = {
  comment: '#',
  quotes: [
    ['"""', true],
    ["'''", true],
    ['"', false],
    ["'", false],
  ],
  block: null,
  opensBlock: (line) => /:\s*$/.test(line) || /^\s*@/.test(line),
};

const JAVASCRIPT: Grammar = {
  comment: '//',
  quotes: [
    ['`', true],
    ['"', false],
    ["'", false],
  ],
  block: { begin: '/*', end: '*/' },
  opensBlock: null,
};

function scan(text: string, { comment, quotes, block, opensBlock }: Grammar): Scan {
  let depth = 0;
  let hasBlock = false;
  /** The line without strings and comments. */
  let line = '';
  const endLine = () => {
    hasBlock ||= depth <= 0 && (opensBlock?.(line) ?? false);
    line = '';
  };
  for (let at = 0; at < text.length; at++) {
    const rest = (token: string) => text.startsWith(token, at);
    const quote = quotes.find(([one]) => rest(one));
    if (block && rest(block.begin)) {
      const end = text.indexOf(block.end, at + 2);
      if (end === -1) return { depth, isOpen: true, hasBlock };
      at = end + 1;
    } else if (rest(comment)) {
      const end = text.indexOf('\n', at);
      at = (end === -1 ? text.length : end) - 1;
    } else if (quote) {
      const end = endOfString(text, at + quote[0].length, quote[0], quote[1]);
      if (end === null) return { depth, isOpen: quote[1], hasBlock };
      at = end - 1;
      line += '_';
    } else {
      const character = text.charAt(at);
      if ('([{'.includes(character)) depth++;
      if (')]}'.includes(character)) depth--;
      if (character === '\n') endLine();
      else line += character;
    }
  }
  endLine();
  return { depth, isOpen: false, hasBlock };
}

/** Behind the quote that ends it; null when there is none, or the line ends before in a string of one line. */
function endOfString(text: string, from: number, quote: string, isLong: boolean): number | null {
  for (let at = from; at < text.length; at++) {
    if (text.charAt(at) === '\\') at++;
    else if (text.startsWith(quote, at)) return at + quote.length;
    else if (!isLong && text.charAt(at) === '\n') return at;
  }
  return null;
}
