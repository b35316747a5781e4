import { coerceInputValue, type GraphQLSchema, isInputObjectType } from 'graphql';
import { BODY_BYTES, CODE_BYTES } from '../../bounds.ts';
import type { ExecutionsApi } from '../../executions/executions.ts';
import type { ExecuteInput } from '../../executions/input/input.ts';
import { didYouMean } from '../../nearest-name.ts';
import { namedLanguage } from '../../schema/execute.ts';
import { kindOf, readJson } from '../http/body.ts';
import { badRequest, type HttpError, tooLarge } from '../http/http-error.ts';
import { replyJson } from '../http/reply.ts';
import type { Route } from '../http/router.ts';
import { executionIdOf } from './result.ts';

/** `POST /execute`: submits a program written as base64. */
export function executeRoute(executions: ExecutionsApi, schema: GraphQLSchema): Route {
  const read = inputReader(schema);
  return {
    name: 'execute',
    path: '/execute',
    access: 'user',
    methods: {
      POST: async (exchange) => {
        const { request, response } = exchange;
        const body = await readJson(exchange, BODY_BYTES);
        const input = read(body, request.headers['idempotency-key']);
        const execution = await executions.execute(exchange.requireCaller(), input);
        replyJson(response, 200, { execution_id: execution.id, message: 'Job submitted successfully.' });
      },
    },
  };
}

const UNDERSCORED = [
  ['stdin_open', 'stdinOpen'],
  ['output_files', 'outputFiles'],
  ['session_id', 'sessionId'],
] as const;

/**
 * Reads a body by the GraphQL input type, so that there is one description of what a submission is. The language may be
 * written in any case, as the original service took it.
 */
function inputReader(
  schema: GraphQLSchema,
): (body: unknown, idempotencyKey: string | string[] | undefined) => ExecuteInput {
  const type = schema.getType('ExecuteInput');
  if (!isInputObjectType(type))
    throw new Error('Expected the schema to have an input type ExecuteInput, got none.');
  // `code` is always base64 here, and the key has a header of its own.
  const known = Object.keys(type.getFields()).filter(
    (name) => name !== 'encoding' && name !== 'idempotencyKey',
  );
  return (body, idempotencyKey) => {
    if (typeof body !== 'object' || body === null || Array.isArray(body)) {
      throw badRequest('Expected a JSON object with `code` and `language`, got another JSON value.');
    }
    const given: Record<string, unknown> = { ...body };
    // The fields of these routes are written with underscores.
    for (const [underscored, name] of UNDERSCORED) {
      if (!(underscored in given)) continue;
      given[name] = given[underscored];
      delete given[underscored];
    }
    for (const name of Object.keys(given)) if (!known.includes(name)) throw unknownField(name, known);
    requireText(given, 'code');
    if (given['sessionId'] === undefined) requireText(given, 'language');
    const code = String(given['code']);
    const bytes = Buffer.byteLength(code, 'base64');
    if (bytes > CODE_BYTES) throw tooLarge(`Expected \`code\` of at most ${CODE_BYTES} bytes, got ${bytes}.`);
    const { language } = given;
    const named = typeof language === 'string' ? { language: language.toLowerCase() } : {};
    const input = coerceInputValue(
      { ...given, ...named, encoding: 'BASE64', idempotencyKey },
      type,
      (path, _value, error) => {
        throw badRequest(path.length === 0 ? error.message : `${path.join('.')}: ${error.message}`);
      },
    ) as ExecuteInput & { readonly language: string };
    return { ...input, language: namedLanguage(input.language) };
  };
}

function requireText(body: Record<string, unknown>, name: string): void {
  const value = body[name];
  if (typeof value === 'string') return;
  throw badRequest(`Expected \`${name}\` to be a string, got ${kindOf(value)}.`);
}

/** A field that has no effect is told: whoever sends it believes that it has. */
function unknownField(name: string, known: readonly string[]): HttpError {
  const hint =
    name === 'idempotencyKey' ? ' Send it as the header Idempotency-Key.' : didYouMean(name, known);
  const got = JSON.stringify(name.slice(0, 64));
  return badRequest(`Expected a body with no other fields than ${known.join(', ')}, got ${got}.${hint}`);
}

/** `DELETE /cleanup/<id>`: removes what the runner holds, cancelling first; the record stays. May be repeated. */
export function cleanupRoute(executions: ExecutionsApi): Route {
  return {
    name: 'cleanup',
    path: '/cleanup/:id',
    access: 'user',
    methods: {
      DELETE: async (exchange) => {
        const { id } = await executions.cleanup(exchange.requireCaller(), executionIdOf(exchange));
        replyJson(exchange.response, 200, { message: `Job ${id} cleaned up.` });
      },
    },
  };
}
