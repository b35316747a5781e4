import { coerceInputValue, type GraphQLSchema, isInputObjectType } from 'graphql';
import { BODY_BYTES, CODE_BYTES } from '../../bounds.ts';
import type { ExecutionsApi } from '../../executions/executions.ts';
import type { ExecuteInput } from '../../executions/input/input.ts';
import { kindOf, readJson } from '../http/body.ts';
import { badRequest, tooLarge } from '../http/http-error.ts';
import { replyJson } from '../http/reply.ts';
import type { Route } from '../http/router.ts';

/** `POST /execute`: submits a program written as base64. */
export function executeRoute(executions: ExecutionsApi, schema: GraphQLSchema): Route {
  const read = inputReader(schema);
  return {
    name: 'execute',
    path: '/execute',
    access: 'caller',
    methods: {
      POST: async (exchange) => {
        const { request, response } = exchange;
        const body = await readJson(request, response, BODY_BYTES);
        const input = read(body, request.headers['idempotency-key']);
        const execution = await executions.execute(exchange.requireCaller(), input);
        replyJson(response, 200, { execution_id: execution.id, message: 'Job submitted successfully.' });
      },
    },
  };
}

/**
 * Reads a body by the GraphQL input type, so that there is one description of what a submission is. Fields that the type
 * does not have are ignored, as the original service did.
 */
function inputReader(
  schema: GraphQLSchema,
): (body: unknown, idempotencyKey: string | string[] | undefined) => ExecuteInput {
  const type = schema.getType('ExecuteInput');
  if (!isInputObjectType(type))
    throw new Error('Expected the schema to have an input type ExecuteInput, got none.');
  const known = Object.keys(type.getFields());
  return (body, idempotencyKey) => {
    if (typeof body !== 'object' || body === null || Array.isArray(body)) {
      throw badRequest('Expected a JSON object with `code` and `language`, got another JSON value.');
    }
    const given: Record<string, unknown> = Object.fromEntries(
      Object.entries(body).filter(([name]) => known.includes(name)),
    );
    requireText(given, 'code');
    requireText(given, 'language');
    const code = String(given['code']);
    const bytes = Buffer.byteLength(code, 'base64');
    if (bytes > CODE_BYTES) throw tooLarge(`Expected \`code\` of at most ${CODE_BYTES} bytes, got ${bytes}.`);
    return coerceInputValue({ ...given, encoding: 'BASE64', idempotencyKey }, type, (path, _value, error) => {
      throw badRequest(path.length === 0 ? error.message : `${path.join('.')}: ${error.message}`);
    }) as ExecuteInput;
  };
}

function requireText(body: Record<string, unknown>, name: string): void {
  const value = body[name];
  if (typeof value === 'string') return;
  throw badRequest(`Expected \`${name}\` to be a string, got ${kindOf(value)}.`);
}
