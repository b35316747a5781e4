import { NotFoundError } from '../executions/errors.ts';
import { isExecutionId } from '../executions/id.ts';
import { badInput, shown } from './failures.ts';

const CURSOR_VERSION = 'v1:';

/** @throws GraphQLError BAD_USER_INPUT when `id` has not the form of an execution's id. */
export function checkId(id: string): string {
  if (isExecutionId(id)) return id;
  throw badInput(malformedId(id));
}

/** As `checkId`, for fields that answer an unknown id with a value. @throws NotFoundError */
export function checkIdAsValue(id: string): string {
  if (isExecutionId(id)) return id;
  throw new NotFoundError(malformedId(id));
}

/** As `checkId`, for the id of a session. @throws GraphQLError BAD_USER_INPUT */
export function checkSessionId(id: string): string {
  if (isExecutionId(id)) return id;
  throw badInput(malformedId(id, 'a session'));
}

/** As `checkIdAsValue`, for the id of a session. @throws NotFoundError */
export function checkSessionIdAsValue(id: string): string {
  if (isExecutionId(id)) return id;
  throw new NotFoundError(malformedId(id, 'a session'));
}

function malformedId(id: string, of = 'an execution'): string {
  return `Expected the id of ${of}, a UUID in lower case, got ${shown(id)}.`;
}

/** Null counts as not given. @throws GraphQLError BAD_USER_INPUT outside `minimum` to `maximum`. */
export function checkRange(
  name: string,
  value: number | null | undefined,
  { minimum, maximum, fallback }: { minimum: number; maximum: number; fallback: number },
): number {
  const number = value ?? fallback;
  if (number >= minimum && number <= maximum) return number;
  const expected = maximum === Infinity ? `${minimum} or more` : `${minimum} to ${maximum}`;
  throw badInput(`Expected \`${name}\` to be ${expected}, got ${number}.`);
}

/** The number of a chunk to continue after. @throws GraphQLError BAD_USER_INPUT when negative. */
export function checkAfter(after: number | null | undefined): number {
  return checkRange('after', after, { minimum: 0, maximum: Infinity, fallback: 0 });
}

/** How many a page of a list holds when nothing is said. */
export const DEFAULT_FIRST = 20;

/**
 * How many records a page of a list holds, and the id that it comes after; undefined on the first page. Null counts as not given.
 * @throws GraphQLError BAD_USER_INPUT outside 1 to `maximum`, and on a cursor that is none of ours
 */
export function checkPage(
  { first, after }: { first?: number | null | undefined; after?: string | null | undefined },
  maximum: number,
): { first: number; after: string | undefined } {
  return {
    first: checkRange('first', first, { minimum: 1, maximum, fallback: DEFAULT_FIRST }),
    after: typeof after === 'string' ? fromCursor(after) : undefined,
  };
}

/** Opaque to clients; holds a version so that its meaning may change. */
export function toCursor(id: string): string {
  return Buffer.from(CURSOR_VERSION + id).toString('base64url');
}

/** The id within a cursor. @throws GraphQLError BAD_USER_INPUT when it is none of ours. */
function fromCursor(cursor: string): string {
  const text = Buffer.from(cursor, 'base64url').toString();
  const id = text.slice(CURSOR_VERSION.length);
  // Decoding skips what is no base64url; comparing with our own writing of it takes only what we gave out.
  if (isExecutionId(id) && toCursor(id) === cursor) return id;
  throw badInput(
    `Expected \`after\` to be a cursor of an earlier page (pageInfo.endCursor), got ${shown(cursor)}.`,
  );
}
