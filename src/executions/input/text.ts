import { InvalidInputError } from '../errors.ts';
import type { Encoding } from './input.ts';

/**
 * Decodes a value that is written as text or as base64 of UTF-8 text.
 * @throws InvalidInputError
 */
export function decodeText(field: string, value: string, encoding: Encoding): string {
  if (encoding === 'UTF8') return wellFormed(field, value);
  try {
    return UTF8.decode(decodeBase64(field, value));
  } catch (cause) {
    if (cause instanceof InvalidInputError) throw cause;
    throw new InvalidInputError(
      field,
      `${field}: expected base64 of UTF-8 text, got bytes that are not UTF-8`,
    );
  }
}

/**
 * Decodes base64, white space allowed as the `base64` command wraps its lines.
 * @throws InvalidInputError
 */
export function decodeBase64(field: string, value: string): Uint8Array {
  const compact = /\s/.test(value) ? value.replace(/\s+/g, '') : value;
  if (compact.length % 4 !== 0 || !BASE64.test(compact)) {
    throw new InvalidInputError(
      field,
      `${field}: expected base64 (A-Z a-z 0-9 + / and = padding), got something else`,
    );
  }
  return Buffer.from(compact, 'base64');
}

/** @throws InvalidInputError on a lone surrogate, which no UTF-8 can carry */
export function wellFormed(field: string, value: string): string {
  if (value.isWellFormed()) return value;
  throw new InvalidInputError(field, `${field}: expected well-formed Unicode text, got a lone surrogate`);
}

/** @throws InvalidInputError on a NUL character, which no argument, variable or source may hold */
export function withoutNul(field: string, value: string): string {
  const at = value.indexOf('\0');
  if (at === -1) return value;
  throw new InvalidInputError(
    field,
    `${field}: expected text without NUL characters, got one at index ${at}`,
  );
}

/** @throws InvalidInputError */
export function atMost(field: string, got: number, allowed: number, unit: string): void {
  if (got <= allowed) return;
  throw new InvalidInputError(field, `${field}: expected at most ${allowed} ${unit}, got ${got}`);
}

const UTF8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
const BASE64 = /^[A-Za-z0-9+/]*={0,2}$/;
