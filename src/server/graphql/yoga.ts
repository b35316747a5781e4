import {
  type DocumentNode,
  type ExecutionArgs,
  execute,
  GraphQLError,
  type GraphQLSchema,
  getOperationAST,
  NoSchemaIntrospectionCustomRule,
  parse,
  subscribe,
  type ValidationRule,
  validate,
} from 'graphql';
import { createYoga, type Plugin, type YogaServerInstance } from 'graphql-yoga';
import type { Logger } from '../../executions/telemetry.ts';
import { parseOptions, validationRules } from '../../schema/limits/rules.ts';
import type { OperationContext } from './context.ts';
import { DocumentCache } from './document-cache.ts';
import { presentHttp, refuseSubscription } from './http-results.ts';
import type { GraphQLParams } from './params.ts';
import { unknownOperation } from './unknown-operation.ts';

/** What Yoga gets with each request: the operation's context, and the body, which the edge has read and parsed. */
export type ServerContext = OperationContext & { readonly body: GraphQLParams };
export type Yoga = YogaServerInstance<ServerContext, OperationContext>;

/** Validation stops after that many errors. */
const MAX_ERRORS = 20;
/** Reading the variables stops after that many errors: each of them may quote the whole value, megabytes of it. */
const MAX_COERCION_ERRORS = 2;

export interface YogaOptions {
  readonly schema: GraphQLSchema;
  readonly logger: Logger;
  /** Whether this caller may read the schema. */
  readonly mayIntrospect: (caller: OperationContext['caller']) => boolean;
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
      documentCache: new DocumentCache(),
      errorCache: new DocumentCache(),
      validationCache: true,
    },
    plugins: [operationPlugin(options), httpPlugin(options)],
  });
}

/** How documents become results, whatever they came by. */
function operationPlugin({ mayIntrospect }: YogaOptions): Plugin<OperationContext> {
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
      if (!mayIntrospect(context.caller)) addValidationRule(NoSchemaIntrospectionCustomRule);
    },
    onExecute({ setExecuteFn }) {
      setExecuteFn((args: ExecutionArgs) => execute(bounded(args)));
    },
    onSubscribe({ setSubscribeFn }) {
      setSubscribeFn((args: ExecutionArgs) => subscribe(bounded(args)));
    },
  };
}

function bounded(args: ExecutionArgs): ExecutionArgs {
  return { ...args, options: { maxCoercionErrors: MAX_COERCION_ERRORS } };
}

/** @throws GraphQLError with a code of its own, which graphql does not give it */
function parseBounded(source: string): DocumentNode {
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
      const { requestId, caller } = serverContext;
      const presentation = { logger: options.logger, requestId, suggestions: options.mayIntrospect(caller) };
      setResult(presentHttp(result, presentation));
    },
  };
}
