import { type ExecutionArgs, GraphQLError, type GraphQLFormattedError } from 'graphql';
import { type Context, makeServer, type Server, type SubscribePayload } from 'graphql-ws';
import { TurnLimiter } from '../../async/turn-limiter.ts';
import { RESPONSE_BYTES, SUBSCRIPTIONS_PER_SOCKET } from '../../bounds.ts';
import type { Principal } from '../../executions/caller.ts';
import type { ExecutionsApi } from '../../executions/executions.ts';
import type { Logger } from '../../executions/telemetry.ts';
import type { Authenticator } from '../authenticator.ts';
import type { Answer, AnswerBudget } from '../budgets.ts';
import { createContext, type OperationContext } from '../graphql/context.ts';
import { presentErrors } from '../graphql/errors.ts';
import type { Operations } from '../graphql/operation.ts';
import type { SharedResults } from '../graphql/shared-results.ts';
import type { Connection } from './connection.ts';
import { EncodedEvents } from './outbox.ts';

export interface ProtocolOptions {
  readonly operations: Operations;
  readonly executions: ExecutionsApi;
  readonly authenticator: Authenticator;
  readonly logger: Logger;
  readonly mayIntrospect: (principal: OperationContext['principal']) => boolean;
  readonly results: SharedResults;
  readonly answers: AnswerBudget;
  /** How long a client may take to say `connection_init`, milliseconds. */
  readonly initTimeoutMs: number;
}

/** Called with a connection whose `connection_init` was accepted, and with whom it speaks for. */
type OnAcknowledged = (connection: Connection, principal: Principal) => void;

type Init = Record<string, unknown>;

/** Operations of one socket that are worked on: those too that their client has completed, until the store has answered. */
const PENDING_PER_SOCKET = 4 * SUBSCRIPTIONS_PER_SOCKET;

/**
 * graphql-transport-ws over our operations. No hook throws: what a message's promise still rejects with is the client's
 * breach of the protocol.
 */
export function openProtocol(options: ProtocolOptions, onAcknowledged: OnAcknowledged): Server<Connection> {
  const { operations, executions, authenticator, logger, mayIntrospect, results, answers } = options;
  /** By the message that asked. */
  const counted = new WeakMap<SubscribePayload, Answer>();
  const events = new EncodedEvents(results);
  const turns = new TurnLimiter();
  const present = (errors: readonly unknown[], { principal }: Connection): GraphQLFormattedError[] =>
    presentErrors(errors, { logger, requestId: null, suggestions: mayIntrospect(principal) }).map((error) =>
      error.toJSON(),
    );
  return makeServer<Init, Connection>({
    connectionInitWaitTimeout: options.initTimeoutMs,
    execute: (args) => operations.execute(args),
    subscribe: (args) => operations.subscribe(args),
    async onConnect(context) {
      const connection = context.extra;
      const authentication = await authenticator.authenticate({ authorization: takeCredentials(context) });
      // False makes it close with 4403, Forbidden. A socket that has gone meanwhile holds nothing any more.
      if (typeof authentication === 'string' || connection.isClosed) return false;
      connection.principal = authentication;
      onAcknowledged(connection, authentication);
      return true;
    },
    async onSubscribe(context, _id, payload) {
      const connection = context.extra;
      const open = Object.keys(context.subscriptions).length;
      if (open > SUBSCRIPTIONS_PER_SOCKET || connection.pending > PENDING_PER_SOCKET) return [tooMany()];
      // A thousand viewers who come back send their operations in one turn of the event loop.
      await turns.enter();
      const answer = answers.open(connection.principal?.name ?? null);
      counted.set(payload, answer);
      return prepare(operations, createContext(executions, connection.principal, null, answer), payload);
    },
    onOperation(context, id, _payload, _args, result) {
      return Symbol.asyncIterator in result ? events.sendThrough(context.extra, id, result) : undefined;
    },
    onNext(context, id, payload, _args, result) {
      // Subscription events are bounded where they are made; while nothing is registered it is a single answer.
      if (context.subscriptions[id] === null) {
        const bytes = textBytes(result.data, RESPONSE_BYTES);
        if (bytes >= RESPONSE_BYTES) return { errors: [tooLong().toJSON()] };
        try {
          counted.get(payload)?.set(bytes);
        } catch (error) {
          return { errors: present([error], context.extra) };
        }
      }
      if (!result.errors) return undefined;
      const { errors, data } = result;
      return { ...(data === undefined ? {} : { data }), errors: present(errors, context.extra) };
    },
    onComplete: (_context, _id, payload) => counted.get(payload)?.release(),
    onError: (context, _id, _payload, errors) => present(errors, context.extra),
  });
}

function prepare(
  operations: Operations,
  context: OperationContext,
  payload: SubscribePayload,
): ExecutionArgs | readonly GraphQLError[] {
  try {
    const { query, operationName, variables } = payload;
    const operation = operations.prepare(
      { query, ...(operationName ? { operationName } : {}), ...(variables ? { variables } : {}) },
      context,
    );
    return 'type' in operation ? operation.args : operation;
  } catch (error) {
    const originalError = error instanceof Error ? error : new Error(String(error));
    return [new GraphQLError(originalError.message, { originalError })];
  } finally {
    forgetQuery(payload);
  }
}

/**
 * What `connection_init` says, else what the upgrade request did. Both are forgotten: they hold a key, and would live as long as
 * the connection.
 */
function takeCredentials(context: Context<Init, Connection>): string | undefined {
  const { connectionParams, extra } = context;
  const said =
    connectionParams?.['authorization'] ?? connectionParams?.['Authorization'] ?? extra.authorization;
  Reflect.deleteProperty(context, 'connectionParams');
  extra.authorization = undefined;
  return said === undefined || typeof said === 'string' ? said : '-';
}

/** graphql-ws keeps the message as long as the subscription lasts; the document is shared, its text need not stay. */
function forgetQuery(payload: SubscribePayload): void {
  Reflect.set(payload, 'query', '');
}

function tooMany(): GraphQLError {
  return new GraphQLError(
    `Expected at most ${SUBSCRIPTIONS_PER_SOCKET} operations at once on one WebSocket, got one more.`,
    { extensions: { code: 'TOO_MANY_SUBSCRIPTIONS' } },
  );
}

function tooLong(): GraphQLError {
  return new GraphQLError(`Expected an answer of at most ${RESPONSE_BYTES} bytes, got more; ask for less.`, {
    extensions: { code: 'RESPONSE_TOO_LARGE' },
  });
}

/** What a key, a number or a bracket counts, bytes. */
const SMALL = 8;

/** About as many bytes as the value takes as JSON; stops counting at `limit`. */
function textBytes(value: unknown, limit: number): number {
  if (typeof value === 'string') return Buffer.byteLength(value) + SMALL;
  if (typeof value !== 'object' || value === null) return SMALL;
  let bytes = SMALL;
  for (const item of Array.isArray(value) ? value : Object.values(value)) {
    bytes += SMALL + textBytes(item, limit - bytes);
    if (bytes >= limit) return bytes;
  }
  return bytes;
}
