import { type ExecutionArgs, GraphQLError, type GraphQLFormattedError } from 'graphql';
import { type Context, makeServer, type Server, type SubscribePayload } from 'graphql-ws';
import { RESPONSE_BYTES, SUBSCRIPTIONS_PER_SOCKET } from '../../bounds.ts';
import type { ExecutionsApi } from '../../executions/executions.ts';
import type { Logger } from '../../executions/telemetry.ts';
import type { Authenticator } from '../access/authenticator.ts';
import { createContext, type OperationContext } from '../graphql/context.ts';
import { presentErrors } from '../graphql/errors.ts';
import type { Operations } from '../graphql/operation.ts';
import type { Connection } from './connection.ts';
import { textBytes } from './text-bytes.ts';

export interface ProtocolOptions {
  readonly operations: Operations;
  readonly executions: ExecutionsApi;
  readonly authenticator: Authenticator;
  readonly logger: Logger;
  readonly mayIntrospect: (caller: OperationContext['caller']) => boolean;
  /** How long a client may take to say `connection_init`, milliseconds. */
  readonly initTimeoutMs: number;
}

type Init = Record<string, unknown>;

/**
 * graphql-transport-ws over our operations. No hook throws: what a message's promise still rejects with is the client's
 * breach of the protocol.
 */
export function openProtocol(options: ProtocolOptions): Server<Connection> {
  const { operations, executions, authenticator, logger, mayIntrospect } = options;
  const present = (errors: readonly unknown[], { caller }: Connection): GraphQLFormattedError[] =>
    presentErrors(errors, { logger, requestId: null, suggestions: mayIntrospect(caller) }).map((error) =>
      error.toJSON(),
    );
  return makeServer<Init, Connection>({
    connectionInitWaitTimeout: options.initTimeoutMs,
    execute: (args) => operations.execute(args),
    subscribe: (args) => operations.subscribe(args),
    onConnect(context) {
      const connection = context.extra;
      const said = context.connectionParams?.['authorization'] ?? context.connectionParams?.['Authorization'];
      forgetInit(context);
      if (said !== undefined)
        connection.caller = authenticator.identify(typeof said === 'string' ? said : '-').caller;
      // False makes it close with 4403, Forbidden.
      return connection.caller !== null;
    },
    onSubscribe(context, _id, payload) {
      const connection = context.extra;
      if (connection.pending > SUBSCRIPTIONS_PER_SOCKET) return [tooMany()];
      return prepare(operations, createContext(executions, connection.caller, null), payload);
    },
    onNext(context, id, _payload, _args, result) {
      // Subscription events are bounded where they are made; while nothing is registered it is a single answer.
      if (context.subscriptions[id] === null && textBytes(result.data, RESPONSE_BYTES) >= RESPONSE_BYTES) {
        return { errors: [tooLong().toJSON()] };
      }
      if (!result.errors) return undefined;
      const { errors, data } = result;
      return { ...(data === undefined ? {} : { data }), errors: present(errors, context.extra) };
    },
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

/** It holds a key, and lives as long as the connection. */
function forgetInit(context: Context<Init, Connection>): void {
  Reflect.deleteProperty(context, 'connectionParams');
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
