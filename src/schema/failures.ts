import { GraphQLError } from 'graphql';
import {
  InvalidInputError,
  NotFoundError,
  OutputMissingError,
  UnavailableError,
  UserError,
} from '../executions/errors.ts';

/** Characters of a wrong value that an error repeats. */
const SHOWN_LENGTH = 64;

/** A value as an error shows it: as JSON, cut when it is long, `nothing` when there is none. */
export function shown(value: unknown): string {
  const text = JSON.stringify(value) ?? 'nothing';
  return text.length <= SHOWN_LENGTH ? text : `${text.slice(0, SHOWN_LENGTH)}…`;
}

/** An argument is wrong; the message says what was expected and what was got. */
export function badInput(message: string): GraphQLError {
  return failure('BAD_USER_INPUT', message);
}

/** The operation needs a caller and there is none. */
export function unauthenticated(): GraphQLError {
  return failure('UNAUTHENTICATED', 'Expected "authorization: Bearer <key>" with a valid key, got none.');
}

/**
 * The domain's promise, its failures as top-level errors with an `extensions.code`. Whatever is no known failure is
 * rethrown as it is, for the edge to mask and log.
 */
export async function topLevel<T>(answer: Promise<T>): Promise<T> {
  try {
    return await answer;
  } catch (error) {
    throw asTopLevel(error);
  }
}

/** As `topLevel`, and leaves user errors alone: the field's union turns them into values. */
export async function unlessExpected<T>(answer: Promise<T>): Promise<T> {
  try {
    return await answer;
  } catch (error) {
    throw error instanceof UserError ? error : asTopLevel(error);
  }
}

export function asTopLevel(error: unknown): unknown {
  if (
    error instanceof UnavailableError ||
    error instanceof NotFoundError ||
    error instanceof OutputMissingError
  ) {
    return failure(error.code, error.message, error);
  }
  if (error instanceof InvalidInputError) return failure('BAD_USER_INPUT', error.message, error);
  return error;
}

function failure(code: string, message: string, cause?: Error): GraphQLError {
  const error = new GraphQLError(message, { extensions: { code } });
  // As `originalError` it would make the edge take this for an unexpected error and mask it.
  if (cause) error.cause = cause;
  return error;
}
