import { isDeepStrictEqual } from 'node:util';

/**
 * Checks one value of a template and gives a sentence for each problem.
 * @param path where the value stands: `spec.tolerations[0]`
 */
export type Check = (value: unknown, path: string) => Iterable<string>;

export type Fields = { readonly [name: string]: unknown };

/** The sentence for a wrong value. Values are shown only when they are one word, number or flag. */
export function wrong(path: string, expected: string, got: unknown): string {
  return `${path || 'document'}: expected ${expected}, got ${tell(got)}`;
}

/** An object whose fields pass these checks, and with no others. @param required what is expected of those that must be there */
export function object(
  checks: { readonly [name: string]: Check },
  required: { readonly [name: string]: string } = {},
): Check {
  const known = Object.keys(checks).sort().join(', ');
  return function* (value, path) {
    if (!isFields(value)) return yield wrong(path, 'an object', value);
    for (const [name, field] of Object.entries(value)) {
      const check = Object.hasOwn(checks, name) ? checks[name] : undefined;
      const at = path ? `${path}.${name}` : name;
      if (check) yield* check(field, at);
      else yield wrong(at, `no field but these here: ${known}`, field);
    }
    for (const [name, expected] of Object.entries(required)) {
      if (!Object.hasOwn(value, name)) yield wrong(`${path}.${name}`, expected, undefined);
    }
  };
}

/** An object with any fields: what the API server checks. */
export const anyObject: Check = function* (value, path) {
  if (!isFields(value)) yield wrong(path, 'an object', value);
};

/** A list whose items all pass the check. */
export function list(check: Check): Check {
  return function* (value, path) {
    if (!Array.isArray(value)) return yield wrong(path, 'a list', value);
    for (const [index, item] of value.entries()) yield* check(item, `${path}[${index}]`);
  };
}

/** Text that the pattern fits; by default any but the empty one. @param expected what a problem calls it */
export function text(pattern: RegExp = /./, expected = 'text'): Check {
  return function* (value, path) {
    if (typeof value !== 'string' || !pattern.test(value)) yield wrong(path, expected, value);
  };
}

/** An object of any names with values of one kind. */
export function map(checkValue: Check, checkName: Check = () => []): Check {
  return function* (value, path) {
    if (!isFields(value)) return yield wrong(path, 'an object', value);
    for (const [name, one] of Object.entries(value)) {
      yield* checkName(name, `${path}.${name}`);
      yield* checkValue(one, `${path}.${name}`);
    }
  };
}

/** Nothing but this value, which podline sets itself. */
export function exactly(wanted: unknown): Check {
  return function* (value, path) {
    if (!isDeepStrictEqual(value, wanted))
      yield wrong(path, `${JSON.stringify(wanted)} or nothing, as podline sets it`, value);
  };
}

/** `exactly` for each of these fields. */
export function exactlyAll(wanted: Fields): { readonly [name: string]: Check } {
  return Object.fromEntries(Object.entries(wanted).map(([name, value]) => [name, exactly(value)]));
}

export function isFields(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** What is null counts as left out, at any depth; YAML has it where nothing follows a name. */
export function withoutNulls(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withoutNulls);
  if (!isFields(value)) return value;
  const fields = Object.entries(value).filter(([, field]) => field !== null);
  return Object.fromEntries(fields.map(([name, field]) => [name, withoutNulls(field)]));
}

function tell(value: unknown): string {
  if (value === null || value === undefined) return 'nothing';
  if (Array.isArray(value)) return `a list of ${value.length}`;
  if (typeof value === 'object') return 'an object';
  return JSON.stringify(typeof value === 'string' ? value.slice(0, 100) : value);
}
