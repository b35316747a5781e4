import { Kind } from 'graphql';
import { builder } from './builder.ts';
import { badInput, shown } from './failures.ts';

const RFC_3339 =
  /^(\d{4}-\d{2}-\d{2})T([01]\d|2[0-3]):[0-5]\d:[0-5]\d(\.\d{1,9})?(Z|[+-]([01]\d|2[0-3]):[0-5]\d)$/;

builder.scalarType('DateTime', {
  description:
    'A moment as RFC 3339 writes it. Responses are in UTC with milliseconds: `2026-03-01T12:00:00.000Z`. ' +
    'In arguments an offset such as `+02:00` may stand for `Z`, and finer fractions of a second are cut.',
  specifiedByURL: 'https://www.rfc-editor.org/rfc/rfc3339',
  serialize: (value) => new Date(Number(value)).toISOString(),
  parseValue: parseDateTime,
  parseLiteral: (node) => parseDateTime(node.kind === Kind.STRING ? node.value : undefined),
});

/** Milliseconds since 1970. @throws GraphQLError BAD_USER_INPUT */
export function parseDateTime(value: unknown): number {
  const [, date] = typeof value === 'string' ? (RFC_3339.exec(value) ?? []) : [];
  // Date.parse takes 30 February for 2 March.
  if (typeof value === 'string' && date !== undefined && isDay(date)) return Date.parse(value);
  throw badInput(`Expected a time such as "2026-03-01T12:00:00.000Z" (RFC 3339), got ${shown(value)}.`);
}

function isDay(date: string): boolean {
  const midnight = Date.parse(`${date}T00:00:00Z`);
  return !Number.isNaN(midnight) && new Date(midnight).toISOString().startsWith(date);
}

/** The greatest number that GraphQL's Int holds; the least is one below its negative. */
const MAX_INT = 2 ** 31 - 1;

/**
 * A figure of a record as an Int: rounded, and the nearest one that fits where it is beyond. What a program or its sandbox
 * had a hand in may be any number, in records of former versions too, and one that does not fit would be an error of every
 * list that shows the record.
 */
export function asInt(figure: number): number {
  if (Number.isNaN(figure)) return 0;
  return Math.round(Math.min(MAX_INT, Math.max(-MAX_INT - 1, figure)));
}

/** The same of a figure that may not be known. */
export function asIntOrNull(figure: number | null): number | null {
  return figure === null ? null : asInt(figure);
}
