import { asTopLevel } from './failures.ts';

/** Stands in the stream for what went wrong; resolving it throws, so that the viewer gets a last event with `errors`. */
export class StreamFailure {
  readonly error: unknown;

  constructor(error: unknown) {
    this.error = error;
  }
}

/**
 * The domain's iterator as a subscription's source. A failure in the middle becomes one last event, because transports
 * treat an iterator that throws each in their own way, up to closing the socket with all its subscriptions.
 *
 * Deliberately no async generator: `return()` must reach the domain's iterator at once, also while a `next()` waits,
 * and a generator would hold it back until that `next()` has settled.
 */
export function untilFailure<T>(source: AsyncIterableIterator<T>): AsyncIterableIterator<T | StreamFailure> {
  let failed = false;
  const end = async (): Promise<IteratorReturnResult<undefined>> => {
    await source.return?.();
    return { done: true, value: undefined };
  };
  const fail = (error: unknown): IteratorYieldResult<StreamFailure> => {
    failed = true;
    return { done: false, value: new StreamFailure(asTopLevel(error)) };
  };
  return {
    next: () => (failed ? end() : source.next().catch(fail)),
    return: end,
    [Symbol.asyncIterator]() {
      return this;
    },
  };
}

/** An event as the schema resolves it. @throws what ended the stream */
export function eventOf<T extends object>(event: T | StreamFailure): T {
  if (event instanceof StreamFailure) throw event.error;
  return event;
}
