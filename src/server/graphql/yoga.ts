import {
  type DocumentNode,
  type ExecutionArgs,
  type ExecutionResult,
  execute,
  GraphQLError,
  type GraphQLSchema,
  getOperationAST,
  NoSchemaIntrospectionCustomRule,
  parse,
  type ValidationRule,
  validate,
} from 'graphql';
import { createYoga, type Plugin, type YogaServerInstance } from 'graphql-yoga';
import { LRUCache } from 'lru-cache';
import type { Logger } from '../../executions/telemetry.ts';
import { parseOptions, validationRules } from '../../schema/limits/rules.ts';
import type { OperationContext } from './context.ts';
import { exceedsDocument } from './document.ts';
import { copyError, type ErrorPresentation, presentErrors } from './errors.ts';
import { type GraphQLParams, unknownOperation } from './params.ts';
import { type SharedResults, subscribeSharing } from './shared-results.ts';

/** What Yoga gets with each request: the operation's context, and the body, which the edge has read and parsed. */
type ServerContext = OperationContext & { readonly body: GraphQLParams };
export type Yoga = YogaServerInstance<ServerContext, OperationContext>;

/** Validation stops after that many errors. */
const MAX_ERRORS = 20;
/** Reading the variables stops after that many errors: each of them may quote the whole value, megabytes of it. */
const MAX_COERCION_ERRORS = 2;

interface YogaOptions {
  readonly schema: GraphQLSchema;
  readonly logger: Logger;
  /** Whether they may read the schema. */
  readonly mayIntrospect: (principal: OperationContext['principal']) => boolean;
  readonly results: SharedResults;
}

/**
 * GraphQL over HTTP, and for the other transports the functions that parse, validate and execute with the same plugins
 * (`getEnveloped`). What Yoga does beyond that is off: the edge has its own body limit, CORS, GraphiQL, SSE, masking.
 */
export function openYoga(options: YogaOptions): Yoga {
  return createYoga<ServerContext, OperationContext>({
    schema: options.schema,
    logging: false,
    cors: false,
    graphiql: false,
    landingPage: false,
    multipart: false,
    batching: false,
    maskedErrors: false,
    maxRequestBodySize: false,
    parserAndValidationCache: {
      documentCache: openDocumentCache(),
      errorCache: openDocumentCache(),
      validationCache: true,
    },
    plugins: [operationPlugin(options), httpPlugin(options)],
  });
}

/** Documents longer than this, UTF-16 code units, are not kept: their programs are written into them. */
const LONGEST = 8192;
const ENTRIES = 500;
/** Code units of all that is kept: a parsed document takes up to 250 bytes for each, which makes 32 MB. */
const IN_ALL = 128 * 1024;

/** What the documents used last came to; bounded in entries, in the length of each and of all. */
export function openDocumentCache<T extends object>(): LRUCache<string, T> {
  const sizeCalculation = (_value: T, document: string): number => Math.max(1, document.length);
  return new LRUCache({ max: ENTRIES, maxSize: IN_ALL, maxEntrySize: LONGEST, sizeCalculation });
}

/** How documents become results, whatever they came by. */
function operationPlugin({ mayIntrospect, results }: YogaOptions): Plugin<OperationContext> {
  const rules = validationRules();
  return {
    onParse({ setParseFn }) {
      setParseFn(parseBounded);
    },
    onValidate({ context, addValidationRule, setValidationFn }) {
      setValidationFn((schema: GraphQLSchema, document, all?: readonly ValidationRule[]) =>
        validate(schema, document, all, { maxErrors: MAX_ERRORS }),
      );
      for (const rule of rules) addValidationRule(rule);
      if (!mayIntrospect(context.principal)) addValidationRule(NoSchemaIntrospectionCustomRule);
    },
    onExecute({ setExecuteFn }) {
      setExecuteFn((args: ExecutionArgs) => execute(bounded(args)));
    },
    onSubscribe({ setSubscribeFn }) {
      setSubscribeFn((args: ExecutionArgs) => subscribeSharing(bounded(args), results));
    },
  };
}

function bounded(args: ExecutionArgs): ExecutionArgs {
  return { ...args, options: { maxCoercionErrors: MAX_COERCION_ERRORS } };
}

/** @throws GraphQLError with a code of its own, which graphql does not give it */
function parseBounded(source: string): DocumentNode {
  const excess = exceedsDocument(source);
  if (excess !== null) throw new GraphQLError(excess, { extensions: { code: 'GRAPHQL_PARSE_FAILED' } });
  try {
    return parse(source, parseOptions);
  } catch (error) {
    if (error instanceof GraphQLError) error.extensions['code'] ??= 'GRAPHQL_PARSE_FAILED';
    throw error;
  }
}

/** What holds only for requests that Yoga answers itself. */
function httpPlugin(options: YogaOptions): Plugin<OperationContext, ServerContext> {
  return {
    onRequestParse({ serverContext, setRequestParser }) {
      setRequestParser(() => serverContext.body);
    },
    onParse() {
      return ({ result, context }) => {
        if (!('request' in context) || result instanceof Error || result === null) return;
        const { operationName } = context.params;
        if (!getOperationAST(result, operationName)) throw unknownOperation(operationName);
      };
    },
    onSubscribe({ context, setResultAndStopExecution }) {
      if ('request' in context) setResultAndStopExecution(refuseSubscription());
    },
    onResultProcess({ result, setResult, serverContext }) {
      const { requestId, principal } = serverContext;
      const presentation = {
        logger: options.logger,
        requestId,
        suggestions: options.mayIntrospect(principal),
      };
      setResult(presentHttp(result, presentation));
    },
  };
}

/** What an error of the request itself (no data) is in HTTP; 400 where nothing stands here. */
const STATUS: { readonly [code: string]: number } = {
  INTERNAL_SERVER_ERROR: 500,
  UNAVAILABLE: 503,
  UNAUTHENTICATED: 401,
  NOT_ACCEPTABLE: 406,
};

/** A result as Yoga is to send it: errors presented, and the status they call for where there is no data. */
function presentHttp<T>(result: T, presentation: ErrorPresentation): T {
  if (!hasErrors(result)) return result;
  const errors = presentErrors(result.errors, presentation);
  const withoutData = result.data == null;
  return {
    ...result,
    errors: withoutData ? errors.map((error) => withStatus(error, 'data' in result)) : errors,
  };
}

/** Yoga takes the status from `extensions.http` and leaves it out of the body; `spec`: only where clients expect it. */
function withStatus(error: GraphQLError, executed: boolean): GraphQLError {
  const code = String(error.extensions['code']);
  const status = STATUS[code];
  // GraphQL over HTTP: once execution has begun the status is 200, unless nobody was allowed to begin it.
  if (executed && status !== 401) return error;
  const http = {
    ...(status === undefined ? { status: 400, spec: true } : { status }),
    ...(status === 401 ? { headers: { 'www-authenticate': 'Bearer realm="podline"' } } : {}),
  };
  return copyError(error, error.message, { ...error.extensions, http });
}

/** Where a subscription cannot be answered with a stream it is not begun at all: nobody would end it. */
function refuseSubscription(): ExecutionResult {
  const message =
    'Expected a subscription over WebSocket (graphql-transport-ws) or with `accept: text/event-stream`, ' +
    'got a request for a single answer.';
  return { errors: [new GraphQLError(message, { extensions: { code: 'NOT_ACCEPTABLE' } })] };
}

function hasErrors(result: unknown): result is ExecutionResult & { errors: readonly GraphQLError[] } {
  return typeof result === 'object' && result !== null && 'errors' in result && Array.isArray(result.errors);
}
