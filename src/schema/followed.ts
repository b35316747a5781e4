import type { GraphQLResolveInfo } from 'graphql';
import { withOutageGrace } from '../executions/retry.ts';
import { asTopLevel, topLevel } from './failures.ts';

/** One event of a stream: the root value of everything that is resolved for it. */
export class StreamEvent<T> {
  /** @throws what ended the stream, so that the viewer gets a last event with `errors` */
  readonly content: () => T;
  /**
   * What a field of the event asks the domain: waits for a store that is away for a moment.
   * @throws what the domain throws, as a top-level error. The event is then the last one: the source is past what it
   * told, and the next one would come after a gap.
   */
  readonly ask: <A>(question: () => Promise<A>) => Promise<A>;
  /** The same object in the streams of all who are told the same; null: this event is its stream's own. */
  readonly identity: object | null;

  constructor(
    content: StreamEvent<T>['content'],
    ask: StreamEvent<T>['ask'],
    identity: StreamEvent<T>['identity'],
  ) {
    this.content = content;
    this.ask = ask;
    this.identity = identity;
  }
}

/**
 * The domain's iterator as a subscription's source. A failure in the middle becomes one last event, because transports
 * treat an iterator that throws each in their own way, up to closing the socket with all its subscriptions.
 *
 * Deliberately no async generator: `return()` must reach the domain's iterator at once, also while a `next()` waits,
 * and a generator would hold it back until that `next()` has settled. A class, and not closures, because there may be
 * thousands.
 */
export class FollowedEvents<T> implements AsyncIterableIterator<StreamEvent<T>> {
  readonly #source: AsyncIterableIterator<T>;
  readonly #identityOf: (value: T) => object | null;
  readonly #left = new AbortController();
  #hasFailed = false;

  /** @param identityOf what other streams that tell the same have in common with this value */
  constructor(source: AsyncIterableIterator<T>, identityOf: (value: T) => object | null = () => null) {
    this.#source = source;
    this.#identityOf = identityOf;
  }

  async next(): Promise<IteratorResult<StreamEvent<T>>> {
    if (this.#hasFailed) return this.return();
    try {
      const { done, value } = await this.#source.next();
      return done ? { done, value } : this.#give(() => value, this.#identityOf(value));
    } catch (error) {
      const failure = this.#fail(error);
      return this.#give(() => {
        throw failure;
      }, null);
    }
  }

  async return(): Promise<IteratorReturnResult<undefined>> {
    this.#left.abort();
    await this.#source.return?.();
    return { done: true, value: undefined };
  }

  [Symbol.asyncIterator](): this {
    return this;
  }

  async #ask<A>(question: () => Promise<A>): Promise<A> {
    try {
      return await withOutageGrace(question, this.#left.signal);
    } catch (error) {
      throw this.#fail(error);
    }
  }

  #give(content: () => T, identity: object | null): IteratorYieldResult<StreamEvent<T>> {
    return {
      done: false,
      value: new StreamEvent(content, (question) => this.#ask(question), identity),
    };
  }

  #fail(error: unknown): unknown {
    this.#hasFailed = true;
    return asTopLevel(error);
  }
}

/** An event as the schema resolves it. @throws what ended the stream */
export function eventOf<T>(event: StreamEvent<T>): T {
  return event.content();
}

/**
 * What a field asks the domain that events may have too: there as `StreamEvent.ask`, in a query once.
 * @throws what the domain throws, as a top-level error
 */
export function answer<A>({ rootValue }: GraphQLResolveInfo, question: () => Promise<A>): Promise<A> {
  return rootValue instanceof StreamEvent ? rootValue.ask(question) : topLevel(question());
}
