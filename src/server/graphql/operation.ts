import {
  type DocumentNode,
  type ExecutionArgs,
  type ExecutionResult,
  GraphQLError,
  getOperationAST,
  type OperationTypeNode,
} from 'graphql';
import type { OperationContext } from './context.ts';
import { type GraphQLParams, unknownOperation } from './params.ts';
import type { OperationResult } from './shared-results.ts';
import type { Yoga } from './yoga.ts';

/** An operation that may be executed: parsed, valid, known by name. */
export interface Operation {
  readonly type: OperationTypeNode;
  readonly args: ExecutionArgs;
}

/**
 * Runs operations for the transports that Yoga does not speak for us, through the same plugins. What stays for the life
 * of a subscription is the document (shared by all who sent the same), the variables and the context.
 */
export class Operations {
  readonly #yoga: Yoga;
  readonly #enveloped: ReturnType<Yoga['getEnveloped']>;

  constructor(yoga: Yoga, anyContext: OperationContext) {
    this.#yoga = yoga;
    this.#enveloped = yoga.getEnveloped(anyContext);
  }

  /** The operation, or why it cannot be executed. */
  prepare(params: GraphQLParams, context: OperationContext): Operation | readonly GraphQLError[] {
    const enveloped = this.#yoga.getEnveloped(context);
    let document: DocumentNode;
    try {
      document = enveloped.parse(params.query);
    } catch (error) {
      if (error instanceof GraphQLError) return [error];
      throw error;
    }
    const errors = enveloped.validate(enveloped.schema, document);
    if (errors.length > 0) return errors;
    const operation = getOperationAST(document, params.operationName);
    if (!operation) return [unknownOperation(params.operationName)];
    const args = {
      schema: enveloped.schema,
      document,
      contextValue: context,
      variableValues: params.variables,
      operationName: params.operationName,
    };
    return { type: operation.operation, args };
  }

  execute(args: ExecutionArgs): Promise<ExecutionResult> {
    return this.#settle(() => this.#enveloped.execute(args));
  }

  subscribe(args: ExecutionArgs): Promise<OperationResult> {
    return this.#settle(() => this.#enveloped.subscribe(args));
  }

  /** What the executor throws becomes a result, as for everything that goes wrong in a resolver. */
  async #settle<T>(run: () => T | Promise<T>): Promise<T | ExecutionResult> {
    try {
      return await run();
    } catch (error) {
      const originalError = error instanceof Error ? error : new Error(String(error));
      return { errors: [new GraphQLError(originalError.message, { originalError })] };
    }
  }
}
