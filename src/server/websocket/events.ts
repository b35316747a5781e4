import { Memo } from '../../memo.ts';
import type { SharedResults } from '../graphql/shared-results.ts';
import type { Connection } from './connection.ts';
import type { Outbox } from './outbox.ts';

/** Payloads longer than this, UTF-16 code units, are encoded once for all viewers; copying shorter ones costs nothing. */
const LONG = 4096;

const COMPLETED: IteratorReturnResult<undefined> = { done: true, value: undefined };

/**
 * Sends subscription events that several viewers share: the payload is written and encoded once, and only the message
 * around it, which holds the id of each one's operation, for every viewer. graphql-ws would write all of it each time.
 */
export class EncodedEvents {
  readonly #results: SharedResults;
  readonly #payloads: Memo<object, string | Buffer>;

  constructor(results: SharedResults) {
    this.#results = results;
    this.#payloads = new Memo((result) => {
      const text = JSON.stringify(result);
      return text.length > LONG ? Buffer.from(text) : text;
    });
  }

  /** The same results without those that are shared: they are sent here, in their place. */
  sendThrough<R extends object>(
    { outbox }: Pick<Connection, 'outbox'>,
    id: string,
    results: AsyncIterable<R>,
  ): AsyncIterableIterator<R> {
    return new OwnResults(results[Symbol.asyncIterator](), outbox, (result) =>
      this.#results.isShared(result) ? messageOf(id, this.#payloads.of(result)) : null,
    );
  }
}

/** Results that graphql-ws writes: of a stream, all but those for which there is a message. */
class OwnResults<R extends object> implements AsyncIterableIterator<R> {
  readonly #source: AsyncIterator<R>;
  readonly #outbox: Outbox;
  readonly #messageFor: (result: R) => string | Buffer | null;
  #hasLeft = false;

  constructor(source: AsyncIterator<R>, outbox: Outbox, messageFor: (result: R) => string | Buffer | null) {
    this.#source = source;
    this.#outbox = outbox;
    this.#messageFor = messageFor;
  }

  async next(): Promise<IteratorResult<R>> {
    for (;;) {
      const next = await this.#source.next();
      if (next.done) return next;
      await this.#outbox.mayWrite();
      if (this.#hasLeft) {
        this.#outbox.pass();
        return COMPLETED;
      }
      const message = this.#messageFor(next.value);
      if (message === null) {
        this.#outbox.pass();
        return next;
      }
      await this.#outbox.send(message);
    }
  }

  async return(): Promise<IteratorReturnResult<undefined>> {
    this.#hasLeft = true;
    await this.#source.return?.();
    return COMPLETED;
  }

  async throw(error: unknown): Promise<never> {
    await this.return();
    throw error;
  }

  [Symbol.asyncIterator](): this {
    return this;
  }
}

function messageOf(id: string, payload: string | Buffer): string | Buffer {
  const head = `{"id":${JSON.stringify(id)},"type":"next","payload":`;
  return typeof payload === 'string'
    ? `${head}${payload}}`
    : Buffer.concat([Buffer.from(head), payload, CLOSING]);
}

const CLOSING = Buffer.from('}');
