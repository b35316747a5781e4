import {
  createSourceEventStream,
  type DocumentNode,
  type ExecutionArgs,
  type ExecutionResult,
  execute,
  type GraphQLSchema,
} from 'graphql';
import { Memo } from '../../memo.ts';
import { StreamEvent } from '../../schema/followed.ts';
import { variablesOfEvents } from '../../schema/limits/shareable.ts';

/** Different results kept of one event: viewers of one output ask for the same, few programs for something else. */
const RESULTS = 4;

/** By operation name; null: what its events bring is not decided by the event and some variables alone. */
type Variables = Map<string, readonly string[] | null>;

/**
 * Resolves subscription events, once for all viewers who ask for the same of the same event. Those get the same result
 * object, by which what is made of it can be shared further. A result that is not there at once, or has errors, is its
 * viewer's own.
 */
export class SharedResults {
  readonly #schema: GraphQLSchema;
  readonly #variables = new WeakMap<DocumentNode, Variables>();
  readonly #results = new WeakMap<object, Map<string, { document: DocumentNode; result: ExecutionResult }>>();
  readonly #shared = new WeakSet<object>();
  readonly #texts = new Memo((result: ExecutionResult) => JSON.stringify(result));

  constructor(schema: GraphQLSchema) {
    this.#schema = schema;
  }

  /** Whether others may get this very object too. */
  isShared(result: object): boolean {
    return this.#shared.has(result);
  }

  /** The result as JSON. */
  textOf(result: ExecutionResult): string {
    return this.isShared(result) ? this.#texts.of(result) : JSON.stringify(result);
  }

  resultOf(event: unknown, args: ExecutionArgs): ExecutionResult | Promise<ExecutionResult> {
    const make = () => execute({ ...args, rootValue: event });
    const identity = event instanceof StreamEvent ? event.identity : null;
    const key = identity === null ? null : this.#keyOf(args);
    if (identity === null || key === null) return make();
    const results = this.#results.get(identity) ?? new Map();
    const known = results.get(key);
    if (known?.document === args.document) return known.result;
    const keep = (result: ExecutionResult): ExecutionResult => {
      if (result.errors !== undefined || results.size >= RESULTS) return result;
      results.set(key, { document: args.document, result });
      this.#results.set(identity, results);
      this.#shared.add(result);
      return result;
    };
    const made = make();
    return made instanceof Promise ? made.then(keep) : keep(made);
  }

  /** What decides the result beside event and document; null when more than that does. */
  #keyOf({ document, operationName, variableValues }: ExecutionArgs): string | null {
    const byName: Variables = this.#variables.get(document) ?? new Map();
    const name = operationName ?? '';
    let variables = byName.get(name);
    if (variables === undefined) {
      variables = variablesOfEvents(this.#schema, document, operationName);
      byName.set(name, variables);
      this.#variables.set(document, byName);
    }
    if (variables === null) return null;
    return JSON.stringify([name, ...variables.map((variable) => variableValues?.[variable])]);
  }
}

/** A result, or a stream of them. */
export type OperationResult = ExecutionResult | AsyncIterableIterator<ExecutionResult>;

/** As graphql's `subscribe`, with results that are shared between those who ask for the same. */
export async function subscribeSharing(args: ExecutionArgs, shared: SharedResults): Promise<OperationResult> {
  const source = await createSourceEventStream(args);
  return Symbol.asyncIterator in source
    ? new SharedSubscription(source[Symbol.asyncIterator](), args, shared)
    : source;
}

/** The results of a stream's events. A class, and not closures, because there may be thousands. */
class SharedSubscription implements AsyncIterableIterator<ExecutionResult> {
  readonly #events: AsyncIterator<unknown>;
  readonly #args: ExecutionArgs;
  readonly #shared: SharedResults;

  constructor(events: AsyncIterator<unknown>, args: ExecutionArgs, shared: SharedResults) {
    this.#events = events;
    this.#args = args;
    this.#shared = shared;
  }

  async next(): Promise<IteratorResult<ExecutionResult>> {
    const event = await this.#events.next();
    if (event.done) return event;
    try {
      return { done: false, value: await this.#shared.resultOf(event.value, this.#args) };
    } catch (error) {
      await this.return();
      throw error;
    }
  }

  async return(): Promise<IteratorReturnResult<undefined>> {
    await this.#events.return?.();
    return { done: true, value: undefined };
  }

  async throw(error: unknown): Promise<never> {
    await this.return();
    throw error;
  }

  [Symbol.asyncIterator](): this {
    return this;
  }
}
