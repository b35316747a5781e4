import { isDeepStrictEqual } from 'node:util';
import { ConfigError } from '../../../config/values.ts';

/** Checks one value of a template; `path` is where it stands: `spec.tolerations[0]`. @throws ConfigError */
export type Check = (value: unknown, path: string) => void;

export type Fields = { readonly [name: string]: unknown };

/** The value at this place of a template is wrong. Values are shown only when they are one word, number or flag. */
export function wrong(path: string, expected: string, got: unknown): ConfigError {
  return new ConfigError(`POD_TEMPLATE_FILE ${path || 'document'}: expected ${expected}, got ${tell(got)}`);
}

/** An object whose fields pass these checks, and with no others. */
export function object(checks: { readonly [name: string]: Check }): Check {
  return (value, path) => {
    for (const [name, field] of Object.entries(asFields(value, path))) {
      const check = Object.hasOwn(checks, name) ? checks[name] : undefined;
      const at = path ? `${path}.${name}` : name;
      if (!check) {
        const known = Object.keys(checks).sort().join(', ');
        throw new ConfigError(
          `POD_TEMPLATE_FILE ${at}: expected no field but these here: ${known}, got ${tell(field)}`,
        );
      }
      check(field, at);
    }
  };
}

/** An object with any fields: what the API server checks. */
export const anyObject: Check = (value, path) => {
  asFields(value, path);
};

/** A list whose items all pass the check. */
export function list(check: Check): Check {
  return (value, path) => {
    if (!Array.isArray(value)) throw wrong(path, 'a list', value);
    for (const [index, item] of value.entries()) check(item, `${path}[${index}]`);
  };
}

/** Text that the pattern fits; by default any but the empty one. @param expected what an error calls it */
export function text(pattern: RegExp = /./, expected = 'text'): Check {
  return (value, path) => {
    if (typeof value !== 'string' || !pattern.test(value)) throw wrong(path, expected, value);
  };
}

/** An object of any names with values of one kind. */
export function map(checkValue: Check, checkName: (name: string, path: string) => void = () => {}): Check {
  return (value, path) => {
    for (const [name, one] of Object.entries(asFields(value, path))) {
      checkName(name, `${path}.${name}`);
      checkValue(one, `${path}.${name}`);
    }
  };
}

/** Nothing but this value, which podline sets itself. */
export function exactly(wanted: unknown): Check {
  return (value, path) => {
    if (!isDeepStrictEqual(value, wanted))
      throw wrong(path, `${JSON.stringify(wanted)} or nothing, as podline sets it`, value);
  };
}

/** `exactly` for each of these fields. */
export function exactlyAll(wanted: Fields): { readonly [name: string]: Check } {
  return Object.fromEntries(Object.entries(wanted).map(([name, value]) => [name, exactly(value)]));
}

/** @throws ConfigError when it is no object */
export function asFields(value: unknown, path: string): Fields {
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    throw wrong(path, 'an object', value);
  return { ...value };
}

/** What is null counts as left out, at any depth; YAML has it where nothing follows a name. */
export function withoutNulls(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withoutNulls);
  if (typeof value !== 'object' || value === null) return value;
  const fields = Object.entries(value).filter(([, field]) => field !== null);
  return Object.fromEntries(fields.map(([name, field]) => [name, withoutNulls(field)]));
}

function tell(value: unknown): string {
  if (value === null || value === undefined) return 'nothing';
  if (Array.isArray(value)) return `a list of ${value.length}`;
  if (typeof value === 'object') return 'an object';
  return JSON.stringify(typeof value === 'string' ? value.slice(0, 100) : value);
}
