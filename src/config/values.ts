import { ConfigError } from '../config-error.ts';
import { LIMIT_NAMES, type Limits } from '../executions/execution.ts';
import { didYouMean } from '../nearest-name.ts';
import type { Language } from '../runner/languages/language.ts';
import { LANGUAGES } from '../runner/languages/languages.ts';
import { readLanguages } from '../runner/languages/read-languages.ts';

/** Reads the text of one setting, undefined or empty when it is not set. @throws ConfigError */
export type Parser<T> = (name: string, text: string | undefined) => T;

interface Range {
  readonly min: number;
  readonly max: number;
}

/** A whole number, or `byDefault`. */
export function number<D extends number | null>(byDefault: D, { min, max }: Range): Parser<number | D> {
  return (name, text) => {
    if (!text) return byDefault;
    const value = /^\d+$/.test(text) ? Number(text) : Number.NaN;
    if (value >= min && value <= max) return value;
    throw wrong(name, `a whole number from ${min} to ${max}`, text);
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

/** One number for all names, or `name=number,…`, where `others` may be named too and have none by default. */
export function sizes(
  names: readonly string[],
  byDefault: number,
  range: Range,
  others: readonly string[] = [],
): Parser<{ [name: string]: number }> {
  return (name, given) => {
    if (!given?.includes('=')) {
      const size = number(byDefault, range)(name, given);
      return Object.fromEntries(names.map((one) => [one, size]));
    }
    const all = Object.fromEntries(names.map((one) => [one, byDefault]));
    for (const [key, value] of pairs(name, given, [...names, ...others]))
      all[key] = number(byDefault, range)(`${name} ${key}`, value);
    return all;
  };
}

/** The table of languages, with what a file adds and changes. */
export const languages: Parser<readonly Language[]> = (name, file) =>
  file ? readLanguages(name, file, LANGUAGES) : LANGUAGES;

/** The image of each language's pods, by its name; what is not there has none. */
export type Images = { readonly [language: string]: string };

/**
 * `python=image,ruby=image,…`; what is not named keeps the default of its record. Languages with the same launcher and the
 * same default share their pods: either names the image of both.
 */
export function images(table: readonly Language[]): Parser<Images> {
  const isShared = (one: Language, other: Language): boolean =>
    one.name === other.name ||
    (one.launcher !== null && one.launcher === other.launcher && one.image === other.image);
  return (name, given) => {
    const named = new Map(
      pairs(
        name,
        given,
        table.map((language) => language.name),
      ),
    );
    for (const [language, image] of named) {
      if (!/^[A-Za-z0-9][A-Za-z0-9._:/@-]{0,499}$/.test(image))
        throw wrong(`${name} ${language}`, 'an image like node:24-slim', image);
    }
    const imageOf = (language: Language): string | null => {
      const sharing = table.filter((one) => isShared(language, one));
      const chosen = new Set(sharing.flatMap((one) => named.get(one.name) ?? []));
      if (chosen.size > 1) {
        const all = sharing.map((one) => one.name).join(' and ');
        throw wrong(name, `one image for ${all}, which share their pods`, [...chosen].join(' and '));
      }
      return [...chosen][0] ?? language.image;
    };
    return Object.fromEntries(
      table.flatMap((language) => {
        const image = imageOf(language);
        return image === null ? [] : [[language.name, image]];
      }),
    );
  };
}

/** `timeoutMs=30000,memoryMb=256,…`; what is not named is as in `byDefault`, none may be above `max` or below `min`. */
export function limits(byDefault: Limits, min: Limits, max: Limits): Parser<Limits> {
  return (name, given) => {
    const all: { -readonly [key in keyof Limits]: number } = { ...byDefault };
    for (const key of LIMIT_NAMES) all[key] = Math.min(all[key], max[key]);
    for (const [key, value] of pairs(name, given, LIMIT_NAMES)) {
      all[key] = number(all[key], { min: min[key], max: max[key] })(`${name} ${key}`, value);
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
    if (!key) {
      const hint = at > 0 ? didYouMean(pair.slice(0, at), names) : '';
      throw wrong(name, `${names.map((one) => `${one}=…`).join(', ')}`, pair, hint);
    }
    return [key, pair.slice(at + 1)];
  });
}

function split(given: string | undefined): string[] {
  return (given ?? '')
    .split(',')
    .map((item) => item.trim())
    .filter((item) => item !== '');
}

function wrong(name: string, expected: string, got: string, hint = ''): ConfigError {
  const sentence = `${name}: expected ${expected}, got ${JSON.stringify(got.slice(0, 100))}`;
  return new ConfigError(hint === '' ? sentence : `${sentence}.${hint}`);
}

const HEADER_NAME = /^[A-Za-z0-9!#$%&'*+.^_`|~-]{1,100}$/;
const HEADER_VALUE = /^[\x21-\x7e]([\x20-\x7e]*[\x21-\x7e])?$/;

/** An address like `http://collector:4318`, without a slash at the end; null when it is not set. May not hold credentials. */
export const endpoint: Parser<string | null> = (name, given) => {
  if (!given) return null;
  const url = URL.canParse(given) ? new URL(given) : null;
  const isWeb = url?.protocol === 'http:' || url?.protocol === 'https:';
  if (url && isWeb && !url.username && !url.password && !url.search && !url.hash)
    return url.href.replace(/\/+$/, '');
  throw new ConfigError(
    `${name}: expected an http or https address without credentials, query or fragment like http://collector:4318, ` +
      'got something else',
  );
};

/** `name=value,name=value`, values percent-encoded as OpenTelemetry has it. Messages never hold a value: they are secrets. */
export const headers: Parser<{ readonly [name: string]: string }> = (name, given) => {
  const entries = (given ?? '').split(',').filter((entry) => entry.trim() !== '');
  return Object.fromEntries(
    entries.map((entry, index) => {
      const at = entry.indexOf('=');
      const header = entry.slice(0, at).trim().toLowerCase();
      const value = decoded(entry.slice(at + 1).trim());
      if (at > 0 && HEADER_NAME.test(header) && value !== null && HEADER_VALUE.test(value))
        return [header, value];
      throw new ConfigError(
        `${name}: expected name=value with a header's name and a value of visible ASCII characters, others as %20, ` +
          `got something else as entry ${index + 1}`,
      );
    }),
  );
};

function decoded(value: string): string | null {
  try {
    return decodeURIComponent(value);
  } catch {
    return null;
  }
}
