/** Any number of any characters of one name; any number of folders. */
const STAR = Symbol('*');
const DEEP = Symbol('**');

/**
 * A pattern for paths, which are lists of names, by the rules of ../../../../executions/files/glob.ts; the server has
 * checked that it parses. To match takes the product of the lengths at most.
 */
export class Glob {
  #patterns;

  constructor(text) {
    this.#patterns = alternativesOf(text).map((one) => one.split('/').map(partOf));
  }

  matches(path) {
    return this.#patterns.some((pattern) => matchesAll(pattern, path, matchesPart, DEEP));
  }

  /** Whether a path below this folder may match. */
  leadsBelow(folder) {
    return this.#patterns.some((pattern) => {
      for (const [index, name] of folder.entries()) {
        if (pattern[index] === DEEP) return true;
        if (index === pattern.length || !matchesPart(pattern[index], name)) return false;
      }
      return pattern.length > folder.length;
    });
  }
}

function matchesPart(part, name) {
  return part !== DEEP && matchesAll(part, Array.from(name), matchesToken, STAR);
}

function matchesToken(token, character) {
  return token !== STAR && token(character);
}

/** From the left; what does not fit makes the last wildcard take one more, and no earlier one has to. */
function matchesAll(pattern, values, matches, wildcard) {
  let at = 0;
  let last = -1;
  let taken = 0;
  for (let index = 0; index < values.length; ) {
    if (at < pattern.length && pattern[at] === wildcard) {
      last = at++;
      taken = index;
    } else if (at < pattern.length && matches(pattern[at], values[index])) {
      at += 1;
      index += 1;
    } else if (last === -1) {
      return false;
    } else {
      at = last + 1;
      index = ++taken;
    }
  }
  return pattern.slice(at).every((one) => one === wildcard);
}

/** What `{a,b}` makes of it. */
function alternativesOf(glob) {
  let made = [''];
  for (let index = 0, end; index < glob.length; index = end) {
    end = index + 1;
    let choices = [glob[index]];
    if (glob[index] === '[') {
      end = endOfSet(glob, index);
      choices = [glob.slice(index, end)];
    } else if (glob[index] === '{') {
      end = glob.indexOf('}', index) + 1;
      choices = glob.slice(index + 1, end - 1).split(',');
    }
    made = made.flatMap((before) => choices.map((choice) => before + choice));
  }
  return made;
}

function partOf(text) {
  if (text === '**') return DEEP;
  const tokens = [];
  for (let index = 0, end; index < text.length; index = end) {
    const character = String.fromCodePoint(text.codePointAt(index));
    end = index + character.length;
    if (character === '[') {
      end = endOfSet(text, index);
      tokens.push(oneOf(text.slice(index + 1, end - 1)));
    } else if (character === '*') tokens.push(STAR);
    else tokens.push(character === '?' ? () => true : (other) => other === character);
  }
  return tokens;
}

/** Behind the `]`; one that is first stands for itself. */
function endOfSet(text, start) {
  const first = start + ('!^'.includes(text[start + 1]) ? 2 : 1);
  return text.indexOf(']', first + 1) + 1;
}

function oneOf(inside) {
  const isNegated = /^[!^]/.test(inside);
  const codes = Array.from(isNegated ? inside.slice(1) : inside, (one) => one.codePointAt(0));
  const ranges = [];
  for (let index = 0; index < codes.length; ) {
    const isRange = codes[index + 1] === HYPHEN && codes[index + 2] !== undefined;
    ranges.push([codes[index], codes[isRange ? index + 2 : index]]);
    index += isRange ? 3 : 1;
  }
  return (character) => {
    const code = character.codePointAt(0);
    return ranges.some(([from, to]) => code >= from && code <= to) !== isNegated;
  };
}

const HYPHEN = 0x2d;
