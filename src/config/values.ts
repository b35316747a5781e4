import type { Limits } from '../executions/execution.ts';
import { LIMIT_NAMES } from '../executions/input/limits.ts';

/** A setting cannot be right; the message names it, says what it was and what it may be. Never holds a secret. */
export class ConfigError extends Error {
  override readonly name = 'ConfigError';
}

/** Reads the text of one setting, undefined or empty when it is not set. @throws ConfigError */
export type Parser<T> = (name: string, text: string | undefined) => T;

interface Range {
  readonly least: number;
  readonly most: number;
}

/** A whole number, or `byDefault`. */
export function number<D extends number | null>(byDefault: D, { least, most }: Range): Parser<number | D> {
  return (name, text) => {
    if (!text) return byDefault;
    const value = /^\d+$/.test(text) ? Number(text) : Number.NaN;
    if (value >= least && value <= most) return value;
    throw wrong(name, `a whole number from ${least} to ${most}`, text);
  };
}

export function text<D extends string | null>(byDefault: D): Parser<string | D> {
  return (_name, given) => given || byDefault;
}

/** @param what what it should be */
export function matching(pattern: RegExp, what: string, byDefault: string): Parser<string> {
  return (name, given) => {
    if (!given) return byDefault;
    if (!pattern.test(given)) throw wrong(name, what, given);
    return given;
  };
}

export function oneOf<const T extends string>(allowed: readonly T[], byDefault: NoInfer<T>): Parser<T> {
  return (name, given) => {
    if (!given) return byDefault;
    const value = allowed.find((one) => one === given);
    if (value === undefined) throw wrong(name, `one of ${allowed.join(', ')}`, given);
    return value;
  };
}

/** `true` or `false`. */
export function flag<D extends boolean | null>(byDefault: D): Parser<boolean | D> {
  return (name, given) => (given ? oneOf(['true', 'false'], 'false')(name, given) === 'true' : byDefault);
}

/** Items with commas between. @param what what an item should be */
export function list(isRight: (item: string) => boolean, what: string): Parser<readonly string[]> {
  return (name, given) => {
    const items = split(given);
    for (const item of items)
      if (!isRight(item)) throw wrong(name, `${what}, several with commas between`, item);
    return items;
  };
}

/** One number for all names, or `name=number,…`. */
export function sizes(
  names: readonly string[],
  byDefault: number,
  range: Range,
): Parser<{ [name: string]: number }> {
  return (name, given) => {
    if (!given?.includes('=')) {
      const size = number(byDefault, range)(name, given);
      return Object.fromEntries(names.map((one) => [one, size]));
    }
    const all = Object.fromEntries(names.map((one) => [one, byDefault]));
    for (const [key, value] of pairs(name, given, names))
      all[key] = number(byDefault, range)(`${name} ${key}`, value);
    return all;
  };
}

/** Which image each launcher runs in; JavaScript and TypeScript share one. */
interface Images {
  readonly python: string;
  readonly javascript: string;
}

/**
 * `python=image,javascript=image,typescript=image`; what is not named keeps its default. JavaScript and TypeScript share
 * their pods: either names the image of both.
 */
export function images(byDefault: Images): Parser<Images> {
  return (name, given) => {
    const named = new Map(pairs(name, given, ['python', 'javascript', 'typescript'] as const));
    for (const [language, image] of named) {
      if (!/^[A-Za-z0-9][A-Za-z0-9._:/@-]{0,499}$/.test(image))
        throw wrong(`${name} ${language}`, 'an image like node:24-slim', image);
    }
    const javascript = named.get('javascript') ?? named.get('typescript') ?? byDefault.javascript;
    const typescript = named.get('typescript') ?? javascript;
    if (javascript !== typescript) {
      const both = `${javascript} and ${typescript}`;
      throw wrong(name, 'one image for javascript and typescript, which share their pods', both);
    }
    return { python: named.get('python') ?? byDefault.python, javascript };
  };
}

/** `timeoutMs=30000,memoryMb=256,…`; what is not named is as in `byDefault`, none may be above `most` or below `least`. */
export function limits(byDefault: Limits, least: Limits, most: Limits): Parser<Limits> {
  return (name, given) => {
    const all: { -readonly [key in keyof Limits]: number } = { ...byDefault };
    for (const key of LIMIT_NAMES) all[key] = Math.min(all[key], most[key]);
    for (const [key, value] of pairs(name, given, LIMIT_NAMES)) {
      all[key] = number(all[key], { least: least[key], most: most[key] })(`${name} ${key}`, value);
    }
    return all;
  };
}

/** `name=key` with commas or line ends between; `#` begins a comment line. Messages never hold a key. */
export const keys: Parser<{ name: string; key: string }[]> = (name, given) => {
  const entries = split(given?.replaceAll('\n', ',')).filter((entry) => !entry.startsWith('#'));
  return entries.map((entry, index) => {
    const at = entry.indexOf('=');
    const [caller, key] = [entry.slice(0, at), entry.slice(at + 1)];
    if (at > 0 && /^[A-Za-z0-9._-]{1,63}$/.test(caller) && /^[\x21-\x7e]+$/.test(key))
      return { name: caller, key };
    throw new ConfigError(
      `${name}: expected name=key with a name of letters, digits and . _ - and a key of visible ASCII characters, ` +
        `got something else as entry ${index + 1}`,
    );
  });
};

function pairs<K extends string>(
  name: string,
  given: string | undefined,
  names: readonly K[],
): [K, string][] {
  return split(given).map((pair) => {
    const at = pair.indexOf('=');
    const key = names.find((one) => one === pair.slice(0, at));
    if (!key) throw wrong(name, `${names.map((one) => `${one}=…`).join(', ')}`, pair);
    return [key, pair.slice(at + 1)];
  });
}

function split(given: string | undefined): string[] {
  return (given ?? '')
    .split(',')
    .map((item) => item.trim())
    .filter((item) => item !== '');
}

function wrong(name: string, expected: string, got: string): ConfigError {
  return new ConfigError(`${name}: expected ${expected}, got ${JSON.stringify(got.slice(0, 100))}`);
}
