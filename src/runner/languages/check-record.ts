import { didYouMean } from '../../nearest-name.ts';
import { LAUNCHER_NAMES } from './language.ts';

export type Fields = { readonly [name: string]: unknown };

/** Gives a sentence for each problem of a value, which begin with where it stands. */
type Check = (value: unknown, where: string) => Iterable<string>;

/** Checks that take null for a value: there is none of it. */
const NULLABLE = new WeakSet<Check>();

const DAY_MS = 24 * 60 * 60_000;
const NAME = /^[a-z0-9][a-z0-9+#._-]{0,39}$/;
const name = text(NAME, 'a name of small letters, digits and + # . _ -, 40 at the most');

const COMPILE: { readonly [field: string]: Check } = {
  command,
  timeoutMs: number(100, DAY_MS),
  memoryMb: number(16, 65_536),
  outputBytes: number(1024, 256 * 1024 * 1024),
};

const RECORD: { readonly [field: string]: Check } = {
  name,
  aliases: list(name),
  extensions: filledList(text(/^\.[A-Za-z0-9_+-]{1,20}$/, 'an extension with its dot, like .py')),
  fileName: text(/^[^/\\\0]{1,100}$/, 'a file name without folders'),
  launcher: oneOf(LAUNCHER_NAMES),
  image: orNull(text(/^[A-Za-z0-9][A-Za-z0-9._:/@-]{0,499}$/, 'an image like debian:12')),
  version: command,
  run: command,
  compile: orNull((value, where) =>
    isFields(value) ? fieldsOf(COMPILE, ['command'])(value, where) : command(value, where),
  ),
  env: map,
  warmUp: list(text(/^[A-Za-z_][A-Za-z0-9_]*(\.[A-Za-z_][A-Za-z0-9_]*)*$/, 'the name of a module')),
  notes: list(text(/\S/, 'a sentence')),
};

/** What is wrong with a record of `LANGUAGES_FILE` by itself, a sentence each. */
export function checkRecord(record: Fields, where: string): Iterable<string> {
  return fieldsOf(RECORD, [])(record, where);
}

/** `WHERE: expected …, got …`; values are shown only when they are one word, number or flag. */
export function wrong(where: string, expected: string, got: unknown): string {
  return `${where}: expected ${expected}, got ${tell(got)}`;
}

export function isFields(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function fieldsOf(checks: { readonly [field: string]: Check }, required: readonly string[]): Check {
  const known = Object.keys(checks);
  return function* (value, where) {
    if (!isFields(value)) return yield wrong(where, 'fields with values', value);
    for (const [field, content] of Object.entries(value)) {
      const check = Object.hasOwn(checks, field) ? checks[field] : undefined;
      if (check === undefined) {
        const got = JSON.stringify(field.slice(0, 40));
        yield `${where}: expected no field but ${known.join(', ')}, got ${got}.${didYouMean(field, known)}`;
      } else if (content !== null || NULLABLE.has(check)) yield* check(content, `${where}.${field}`);
      else yield wrong(`${where}.${field}`, 'a value', content);
    }
    for (const field of required) {
      if (!Object.hasOwn(value, field)) yield wrong(`${where}.${field}`, 'a value', undefined);
    }
  };
}

function orNull(check: Check): Check {
  const nullable: Check = (value, where) => (value === null ? [] : check(value, where));
  NULLABLE.add(nullable);
  return nullable;
}

function list(check: Check): Check {
  return function* (value, where) {
    if (!Array.isArray(value)) return yield wrong(where, 'a list', value);
    for (const [index, item] of value.entries()) yield* check(item, `${where}[${index}]`);
  };
}

function filledList(check: Check): Check {
  return function* (value, where) {
    if (Array.isArray(value) && value.length === 0) return yield wrong(where, 'one at least', value);
    yield* list(check)(value, where);
  };
}

function text(pattern: RegExp, expected: string): Check {
  return function* (value, where) {
    if (typeof value !== 'string' || !pattern.test(value)) yield wrong(where, expected, value);
  };
}

function number(min: number, max: number): Check {
  return function* (value, where) {
    if (typeof value === 'number' && Number.isInteger(value) && value >= min && value <= max) return;
    yield wrong(where, `a whole number from ${min} to ${max}`, value);
  };
}

function oneOf(allowed: readonly string[]): Check {
  return function* (value, where) {
    if (typeof value === 'string' && allowed.includes(value)) return;
    const hint = typeof value === 'string' ? didYouMean(value, allowed) : '';
    yield `${wrong(where, `one of ${allowed.join(', ')}`, value)}${hint === '' ? '' : `.${hint}`}`;
  };
}

function* map(value: unknown, where: string): Iterable<string> {
  if (!isFields(value)) return yield wrong(where, 'variables with their values', value);
  for (const [variable, content] of Object.entries(value)) {
    if (!/^[A-Za-z_][A-Za-z0-9_]*$/.test(variable)) {
      yield wrong(where, 'names of letters, digits and _, no digit first', variable);
    }
    if (typeof content !== 'string' || content.includes('\0')) {
      yield wrong(`${where}.${variable}`, 'text (a number in quotes)', content);
    }
  }
}

const NAMES = ['file', 'sources', 'output', 'stem'];

/** A command as a list of words, with the names that `Commands` tells of in them. */
function* command(value: unknown, where: string): Iterable<string> {
  const expected = 'a command as a list of words, like [ruby, "{file}"]';
  if (!Array.isArray(value) || value.length === 0) return yield wrong(where, expected, value);
  for (const [index, word] of value.entries()) {
    if (typeof word !== 'string' || word === '' || word.includes('\0')) {
      yield wrong(`${where}[${index}]`, 'a word (a number in quotes)', word);
      continue;
    }
    if (word.includes('{sources}') && word !== '{sources}') {
      yield wrong(`${where}[${index}]`, '{sources} as a word by itself', word);
    }
    for (const [whole, inside = ''] of word.matchAll(/\{([a-z]+)\}/g)) {
      const hint = NAMES.includes(inside) ? '' : didYouMean(inside, NAMES);
      if (hint !== '') {
        const known = NAMES.map((one) => `{${one}}`).join(', ');
        yield `${where}[${index}]: expected one of ${known} or other text, got ${JSON.stringify(whole)}.${hint}`;
      }
    }
  }
}

function tell(value: unknown): string {
  if (value === null || value === undefined) return 'nothing';
  if (Array.isArray(value)) return value.length === 0 ? 'an empty list' : `a list of ${value.length}`;
  if (typeof value === 'object') return 'fields';
  return JSON.stringify(typeof value === 'string' ? value.slice(0, 100) : value);
}
