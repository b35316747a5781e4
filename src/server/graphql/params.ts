import { GraphQLError } from 'graphql';
import { kindOf, parseJson } from '../http/body.ts';
import { badRequest } from '../http/http-error.ts';

/** A GraphQL request as HTTP carries it. */
export interface GraphQLParams {
  readonly query: string;
  readonly operationName?: string;
  readonly variables?: Record<string, unknown>;
  readonly extensions?: Record<string, unknown>;
}

const KNOWN: readonly string[] = ['query', 'operationName', 'variables', 'extensions'];

/** Reads a request's JSON body. @throws HttpError 400 */
export function readParams(body: unknown): GraphQLParams {
  if (Array.isArray(body))
    throw badRequest('Expected one operation, got a batch; send each as a request of its own.');
  if (!isObject(body)) throw badRequest(`Expected an object with a \`query\`, got ${kindOf(body)}.`);
  const unknown = Object.keys(body).find((name) => !KNOWN.includes(name) && body[name] != null);
  if (unknown !== undefined) {
    throw badRequest(`Expected ${KNOWN.join(', ')}, got ${JSON.stringify(unknown.slice(0, 64))}.`);
  }
  const { query, operationName, variables, extensions } = body;
  if (typeof query !== 'string') throw badRequest(`Expected \`query\` to be a string, got ${kindOf(query)}.`);
  if (operationName != null && typeof operationName !== 'string') {
    throw badRequest(`Expected \`operationName\` to be a string, got ${kindOf(operationName)}.`);
  }
  return {
    query,
    ...(operationName == null || operationName === '' ? {} : { operationName }),
    ...optionalObject('variables', variables),
    ...optionalObject('extensions', extensions),
  };
}

/** Reads what a GET of a subscription carries, as an EventSource sends it. @throws HttpError 400, 413 */
export function readQueryParams(query: URLSearchParams): GraphQLParams {
  const values = Object.fromEntries(KNOWN.map((name) => [name, query.get(name) ?? undefined]));
  return readParams({
    ...values,
    variables: parsed('variables', query),
    extensions: parsed('extensions', query),
  });
}

function parsed(name: string, query: URLSearchParams): unknown {
  const text = query.get(name);
  if (text === null || text === '') return undefined;
  return parseJson(Buffer.from(text), `\`${name}\` as JSON`);
}

function optionalObject(name: string, value: unknown): { [name: string]: Record<string, unknown> } {
  if (value == null) return {};
  if (!isObject(value)) throw badRequest(`Expected \`${name}\` to be an object, got ${kindOf(value)}.`);
  return { [name]: value };
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** The document has no operation of that name, or several (or none) and no name was given. */
export function unknownOperation(name: string | null | undefined): GraphQLError {
  const message = name
    ? `Expected \`operationName\` to name an operation of the document, got ${JSON.stringify(name.slice(0, 64))}.`
    : 'Expected one operation in the document, or an `operationName`, got neither.';
  return new GraphQLError(message, { extensions: { code: 'BAD_USER_INPUT' } });
}
