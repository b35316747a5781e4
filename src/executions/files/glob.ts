/** A glob that cannot be one; the message is the rest of "expected …, got". */
export class GlobError extends Error {
  override readonly name = 'GlobError';
}

/** One character of a name that a pattern stands for, or any number of any. */
type Token = 'star' | ((character: string) => boolean);
/** What one part of a path must be like; `deep` stands for any number of parts. */
type Part = 'deep' | readonly Token[];

/** Patterns that `{a,b}` may make of one glob. */
const MAX_ALTERNATIVES = 64;

/**
 * A pattern for paths below a directory: `*` any characters of one name, `?` one, `[a-z]` one of these, `[!a-z]` one of
 * others, `{a,b}` one or the other, and `**` between slashes any number of folders. A dot at the beginning is a character
 * like any other. The time to match is bounded by the product of the lengths, whatever pattern and path are.
 */
export class Glob {
  readonly #patterns: readonly (readonly Part[])[];

  /** @throws GlobError for one that does not parse, or that leaves the directory */
  constructor(text: string) {
    this.#patterns = alternativesOf(text).map((one) => one.split('/').map(partOf));
  }

  /** @param path its parts */
  matches(path: readonly string[]): boolean {
    return this.#patterns.some((parts) => matchesAll(parts, path, matchesPart, isDeep));
  }

  /** Whether a path below this folder may match. @param folder its parts */
  leadsBelow(folder: readonly string[]): boolean {
    return this.#patterns.some((parts) => {
      for (const [index, name] of folder.entries()) {
        const part = parts[index];
        if (part === 'deep') return true;
        if (part === undefined || !matchesPart(part, name)) return false;
      }
      return parts.length > folder.length;
    });
  }
}

const isDeep = (part: Part): boolean => part === 'deep';
const isStar = (token: Token): boolean => token === 'star';

function matchesPart(part: Part, name: string): boolean {
  return part !== 'deep' && matchesAll(part, Array.from(name), matchesToken, isStar);
}

function matchesToken(token: Token, character: string): boolean {
  return token !== 'star' && token(character);
}

/** Matches from the left; what does not fit makes the last wildcard take one more, and no earlier one has to. */
function matchesAll<P, V>(
  pattern: readonly P[],
  values: readonly V[],
  matches: (one: P, value: V) => boolean,
  isWildcard: (one: P) => boolean,
): boolean {
  let at = 0;
  let wildcard = -1;
  let taken = 0;
  for (let index = 0; index < values.length; ) {
    const one = pattern[at];
    if (at < pattern.length && isWildcard(one as P)) {
      wildcard = at++;
      taken = index;
    } else if (at < pattern.length && matches(one as P, values[index] as V)) {
      at++;
      index++;
    } else if (wildcard === -1) {
      return false;
    } else {
      at = wildcard + 1;
      index = ++taken;
    }
  }
  return pattern.slice(at).every(isWildcard);
}

/** @throws GlobError */
function alternativesOf(glob: string): string[] {
  let made = [''];
  for (let index = 0; index < glob.length; ) {
    if (glob[index] === '}') throw new GlobError('a } without a {');
    if (glob[index] === '[') {
      const end = endOfSet(glob, index);
      made = made.map((before) => before + glob.slice(index, end));
      index = end;
      continue;
    }
    if (glob[index] !== '{') {
      made = made.map((before) => before + glob[index]);
      index++;
      continue;
    }
    const end = glob.indexOf('}', index);
    if (end === -1) throw new GlobError('a { without a }');
    const inside = glob.slice(index + 1, end);
    if (/[{[\]]/.test(inside)) throw new GlobError('a { or [ within {…}');
    const choices = inside.split(',');
    if (made.length * choices.length > MAX_ALTERNATIVES)
      throw new GlobError(`one that stands for more than ${MAX_ALTERNATIVES} patterns`);
    made = made.flatMap((before) => choices.map((choice) => before + choice));
    index = end + 1;
  }
  return made;
}

/** @throws GlobError */
function partOf(text: string): Part {
  if (text === '') throw new GlobError('an empty part (a folder with all in it is folder/**)');
  if (text === '.' || text === '..') throw new GlobError(`one with ${text} in it`);
  if (text === '**') return 'deep';
  if (text.includes('**'))
    throw new GlobError('** beside other characters (it stands alone between slashes)');
  const tokens: Token[] = [];
  for (let index = 0; index < text.length; ) {
    if (text[index] === '[') {
      const end = endOfSet(text, index);
      tokens.push(setOf(text.slice(index + 1, end - 1)));
      index = end;
      continue;
    }
    const character = String.fromCodePoint(text.codePointAt(index) as number);
    tokens.push(tokenOf(character));
    index += character.length;
  }
  return tokens;
}

function tokenOf(character: string): Token {
  if (character === '*') return 'star';
  return character === '?' ? () => true : (other) => other === character;
}

/** Behind the `]`; one that is first stands for itself. @throws GlobError */
function endOfSet(text: string, start: number): number {
  const first = start + (text[start + 1] === '!' || text[start + 1] === '^' ? 2 : 1);
  const end = text.indexOf(']', first + 1);
  if (end === -1) throw new GlobError('a [ without a ]');
  if (text.slice(start, end).includes('/')) throw new GlobError('a / within […]');
  return end + 1;
}

/** @throws GlobError */
function setOf(inside: string): Token {
  const isNegated = inside.startsWith('!') || inside.startsWith('^');
  const characters = Array.from(isNegated ? inside.slice(1) : inside, (one) => one.codePointAt(0) as number);
  const ranges: [from: number, to: number][] = [];
  for (let index = 0; index < characters.length; ) {
    const from = characters[index] as number;
    const to = characters[index + 2];
    const isRange = characters[index + 1] === HYPHEN && to !== undefined;
    if (isRange && to < from) throw new GlobError(`a range that ends before it begins ([${inside}])`);
    ranges.push([from, isRange ? to : from]);
    index += isRange ? 3 : 1;
  }
  return (character) => {
    const code = character.codePointAt(0) as number;
    return ranges.some(([from, to]) => code >= from && code <= to) !== isNegated;
  };
}

const HYPHEN = 0x2d;
