import type { GraphQLResolveInfo } from 'graphql';
import { patiently } from '../executions/output/patience.ts';
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

  constructor(content: StreamEvent<T>['content'], ask: StreamEvent<T>['ask']) {
    this.content = content;
    this.ask = ask;
  }
}

/**
 * The domain's iterator as a subscription's source. A failure in the middle becomes one last event, because transports
 * treat an iterator that throws each in their own way, up to closing the socket with all its subscriptions.
 *
 * Deliberately no async generator: `return()` must reach the domain's iterator at once, also while a `next()` waits,
 * and a generator would hold it back until that `next()` has settled.
 */
export function untilFailure<T>(source: AsyncIterableIterator<T>): AsyncIterableIterator<StreamEvent<T>> {
  const left = new AbortController();
  let failed = false;
  const end = async (): Promise<IteratorReturnResult<undefined>> => {
    left.abort();
    await source.return?.();
    return { done: true, value: undefined };
  };
  const fail = (error: unknown): unknown => {
    failed = true;
    return asTopLevel(error);
  };
  const ask: StreamEvent<T>['ask'] = (question) =>
    patiently(question, left.signal).catch((error: unknown) => {
      throw fail(error);
    });
  const give = (content: () => T): IteratorYieldResult<StreamEvent<T>> => ({
    done: false,
    value: new StreamEvent(content, ask),
  });
  const giveLast = (error: unknown): IteratorYieldResult<StreamEvent<T>> => {
    const failure = fail(error);
    return give(() => {
      throw failure;
    });
  };
  return {
    next: () =>
      failed
        ? end()
        : source.next().then((result) => (result.done ? result : give(() => result.value)), giveLast),
    return: end,
    [Symbol.asyncIterator]() {
      return this;
    },
  };
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
