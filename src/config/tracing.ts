import { ConfigError, type Parser } from './values.ts';

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
