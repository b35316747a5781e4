import { randomUUID } from 'node:crypto';
import { GraphQLError } from 'graphql';
import type { Logger } from '../../executions/telemetry.ts';
import { asHttpError, shortened } from '../http/http-error.ts';

/** graphql's hints, which name fields and types of a schema that may not be read. */
const SUGGESTION = / Did you mean [^\n]*\?$/;

/** How the errors of one operation are shown. */
export interface ErrorPresentation {
  readonly logger: Logger;
  readonly requestId: string | null;
  /** Whether names of the schema may be told. */
  readonly suggestions: boolean;
}

/**
 * Errors as a client may see them. What was thrown as a GraphQLError, and failures of the domain, keep message and code;
 * anything else is a defect: it is logged once with a correlation id, which is all the client gets to see.
 */
export function presentErrors(errors: readonly unknown[], presentation: ErrorPresentation): GraphQLError[] {
  return errors.map((error) => presentError(error, presentation));
}

function presentError(error: unknown, { logger, requestId, suggestions }: ErrorPresentation): GraphQLError {
  const located = error instanceof GraphQLError ? error : null;
  const original = originalOf(error);
  if (located !== null && original === null) {
    return show(located, messageOf(located, suggestions), codeOf(located), located.extensions);
  }
  const expected = asHttpError(original ?? error);
  if (expected !== null) return show(located, expected.message, expected.code);
  const id = requestId ?? randomUUID();
  logger.error({ err: original ?? error, requestId: id, path: located?.path?.join('.') }, 'operation failed');
  return show(
    located,
    `Something went wrong on our side. Give this id when you report it: ${id}`,
    'INTERNAL_SERVER_ERROR',
  );
}

function show(
  located: GraphQLError | null,
  message: string,
  code: string | undefined,
  { http: _, ...extensions }: GraphQLError['extensions'] = {},
): GraphQLError {
  return copyError(located, message, code === undefined ? extensions : { ...extensions, code });
}

/** An error at the same place in document and result, without what it was made from. */
export function copyError(
  located: GraphQLError | null,
  message: string,
  extensions: GraphQLError['extensions'],
): GraphQLError {
  const place = located && { source: located.source, positions: located.positions, path: located.path };
  return new GraphQLError(message, { ...place, extensions });
}

/** What was thrown, when it was not a GraphQLError: graphql wraps it to say where. */
function originalOf(error: unknown): unknown {
  if (!(error instanceof GraphQLError)) return error;
  return error.originalError == null ? null : originalOf(error.originalError);
}

function messageOf(error: GraphQLError, suggestions: boolean): string {
  return shortened(suggestions ? error.message : error.message.replace(SUGGESTION, ''));
}

/** An error without a path is about the request itself: its document, variables or operation name. */
function codeOf(error: GraphQLError): string | undefined {
  const { code } = error.extensions;
  if (typeof code === 'string') return code;
  return error.path === undefined ? 'BAD_USER_INPUT' : undefined;
}
