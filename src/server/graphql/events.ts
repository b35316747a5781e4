import type { ExecutionResult, OperationTypeNode } from 'graphql';
import type { ExecutionsApi } from '../../executions/executions.ts';
import type { Logger } from '../../executions/telemetry.ts';
import type { AnswerBudget } from '../budgets.ts';
import type { EventStreams } from '../event-streams.ts';
import type { Exchange } from '../http/exchange.ts';
import { createContext, type OperationContext } from './context.ts';
import { type ErrorPresentation, presentErrors } from './errors.ts';
import type { Operations } from './operation.ts';
import type { GraphQLParams } from './params.ts';
import type { OperationResult, SharedResults } from './shared-results.ts';

/**
 * Id of the event `complete`. An EventSource comes back for ever, with the id of the last event that it got: one that has
 * seen the end is answered 204, which makes it stop, and not with everything once more.
 */
export const COMPLETE_ID = 'complete';

export interface EventAnswers {
  readonly operations: Operations;
  readonly executions: ExecutionsApi;
  readonly streams: EventStreams;
  readonly logger: Logger;
  readonly mayIntrospect: (principal: OperationContext['principal']) => boolean;
  readonly results: SharedResults;
  readonly answers: AnswerBudget;
}

/**
 * GraphQL over SSE, distinct connections: a `next` event for each result, then `complete`. Errors come as a result too,
 * because an EventSource cannot read another answer. Returns false, with nothing answered, when the operation is none
 * of `types`.
 * @throws HttpError 401 without a caller: there is nothing to watch for nobody
 */
export async function answerAsEvents(
  { operations, executions, streams, logger, mayIntrospect, results, answers }: EventAnswers,
  exchange: Exchange,
  params: GraphQLParams,
  types: readonly OperationTypeNode[],
): Promise<boolean> {
  const answer = answers.open(exchange.caller);
  exchange.response.once('close', () => answer.release());
  const context = createContext(executions, exchange.principal, exchange.id, answer);
  const operation = operations.prepare(params, context);
  if ('type' in operation && !types.includes(operation.type)) return false;
  exchange.requireCaller();
  const presentation = { logger, requestId: exchange.id, suggestions: mayIntrospect(exchange.principal) };
  exchange.route = 'graphql-events';
  const stream = await streams.pump(exchange, iterate(await run(operations, operation)), (result) => ({
    event: 'next',
    data: results.textOf(presentResult(result, presentation)),
  }));
  await stream?.send({ event: 'complete', id: COMPLETE_ID, data: '' });
  stream?.end();
  return true;
}

function run(
  operations: Operations,
  operation: ReturnType<Operations['prepare']>,
): OperationResult | Promise<OperationResult> {
  if (!('type' in operation)) return { errors: operation };
  return operation.type === 'subscription'
    ? operations.subscribe(operation.args)
    : operations.execute(operation.args);
}

/** A result as it goes over the wire, with its errors as a client may see them. */
function presentResult(result: ExecutionResult, presentation: ErrorPresentation): ExecutionResult {
  const { errors, ...rest } = result;
  if (errors === undefined) return result;
  return { ...rest, errors: presentErrors(errors, presentation) };
}

function iterate(result: OperationResult): AsyncIterator<ExecutionResult> {
  if (Symbol.asyncIterator in result) return result[Symbol.asyncIterator]();
  let results = [result];
  return {
    next: () => {
      const value = results.pop();
      return Promise.resolve(value === undefined ? { done: true, value } : { done: false, value });
    },
    return: () => {
      results = [];
      return Promise.resolve({ done: true, value: undefined });
    },
  };
}
