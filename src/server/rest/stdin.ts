import { STDIN_WRITE_BYTES } from '../../bounds.ts';
import { AlreadyEndedError, StdinOffsetError } from '../../executions/errors.ts';
import type { Execution } from '../../executions/execution.ts';
import type { ExecutionsApi } from '../../executions/executions.ts';
import { readBytes } from '../http/body.ts';
import type { Exchange } from '../http/exchange.ts';
import { badRequest, HttpError } from '../http/http-error.ts';
import { replyJson } from '../http/reply.ts';
import type { Route } from '../http/router.ts';
import { executionIdOf } from './result.ts';

/** `POST /result/<id>/stdin?offset=N&end=true`: appends the body's bytes to the program's stdin. */
export function stdinRoute(executions: ExecutionsApi): Route {
  return {
    name: 'stdin',
    path: '/result/:id/stdin',
    access: 'user',
    methods: {
      POST: async (exchange) => {
        const caller = exchange.requireCaller();
        const id = executionIdOf(exchange);
        const where = { offset: offsetOf(exchange), end: endOf(exchange) };
        const data = await readBytes(exchange, STDIN_WRITE_BYTES);
        try {
          const execution = await executions.writeStdin(caller, id, { data, ...where });
          replyJson(exchange.response, 200, describeStdin(execution));
        } catch (error) {
          if (error instanceof AlreadyEndedError) throw new HttpError(410, error.code, error.message);
          if (!(error instanceof StdinOffsetError)) throw error;
          replyJson(exchange.response, 409, { error: error.message, offset: error.offset });
        }
      },
    },
  };
}

function describeStdin({ stdinBytes, stdinClosed }: Execution): Record<string, unknown> {
  return { stdin_bytes: stdinBytes, stdin_closed: stdinClosed };
}

function offsetOf({ query }: Exchange): number | null {
  const text = query.get('offset');
  if (text === null) return null;
  if (/^\d{1,10}$/.test(text)) return Number(text);
  throw badRequest(`Expected \`offset\` to be a number of bytes, got ${JSON.stringify(text.slice(0, 64))}.`);
}

function endOf({ query }: Exchange): boolean {
  const text = query.get('end') ?? 'false';
  if (text === 'true' || text === 'false') return text === 'true';
  throw badRequest(`Expected \`end\` to be true or false, got ${JSON.stringify(text.slice(0, 64))}.`);
}
