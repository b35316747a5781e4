import { setTimeout as sleep } from 'node:timers/promises';
import type { ChangeStreamOptions, Document } from 'mongodb';
import { backOffMs } from '../../async/back-off.ts';
import { allSettledWithin } from '../../async/timeout.ts';
import type { WriteListener } from '../../executions/store.ts';
import type { Logger } from '../../executions/telemetry.ts';
import { executionIdOf } from './chunks.ts';
import { responseWithin } from './errors.ts';

/** How long the server keeps a response back while nothing is written, milliseconds. */
const AWAIT_MS = 1000;
/** A stream without a response for this long is closed, milliseconds. */
const SILENT_MS = 5000;
const CLOSE_MS = 500;
/** After a stream could not be opened, or broke: until the next attempt. */
const BACK_OFF = { firstMs: 500, maxMs: 60_000 };
/** Changes in one response: what is notified in one turn of the event loop. */
const BATCH = 500;

/** One collection that is listened to. */
interface Source {
  readonly collection: 'executions' | 'output';
  readonly pipeline: Document[];
  readonly notify: (listener: WriteListener, documentId: string) => void;
}

/** Only ids travel: whoever is notified reads the change for itself. */
const SOURCES: readonly Source[] = [
  {
    collection: 'executions',
    pipeline: [
      { $match: { operationType: { $in: ['update', 'delete'] } } },
      { $project: { documentKey: 1 } },
    ],
    notify: (listener, id) => listener.executionChanged(id),
  },
  {
    collection: 'output',
    pipeline: [{ $match: { operationType: 'insert' } }, { $project: { documentKey: 1 } }],
    notify: (listener, id) => listener.outputAppended(executionIdOf(id)),
  },
];

interface Change {
  /** Left out by events that concern no document, like the collection's end. */
  readonly documentKey?: { readonly _id: unknown };
}

/** What is used of a driver's collections, and of the streams that they open. */
export type Watchable = { readonly [name in Source['collection']]: WatchableCollection };

interface WatchableCollection {
  watch(pipeline: Document[], options: ChangeStreamOptions): ChangeStream;
}

interface ChangeStream {
  /** Ended, by whichever side. */
  readonly closed: boolean;
  /** Null when nothing was written for a while, and at once when it is closed. */
  tryNext(): Promise<object | null>;
  close(): Promise<void>;
}

/**
 * Listens to what is written by whichever process, by a change stream for each collection, until it is disposed. A
 * server that offers none (a standalone, FerretDB) or is away is tried again later. A stream begins at the moment it is
 * opened: what was written before is not notified.
 */
export class ChangeStreams implements AsyncDisposable {
  readonly #collections: () => Promise<Watchable>;
  readonly #listener: WriteListener;
  readonly #logger: Logger | undefined;
  readonly #open = new Set<Source>();
  readonly #closing = new AbortController();
  readonly #done: Promise<unknown>;

  /** @param collections may reject while the database is away */
  constructor(collections: () => Promise<Watchable>, listener: WriteListener, logger?: Logger) {
    this.#collections = collections;
    this.#listener = listener;
    this.#logger = logger;
    this.#done = Promise.all(SOURCES.map((source) => this.#keepListening(source)));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#closing.abort();
    await allSettledWithin(CLOSE_MS, [this.#done]);
  }

  async #keepListening(source: Source): Promise<void> {
    const { signal } = this.#closing;
    let failures = 0;
    while (!signal.aborted) {
      try {
        await this.#listen(source);
      } catch (err) {
        if (!signal.aborted) this.#logger?.debug({ err, collection: source.collection }, 'no change stream');
      }
      failures = this.#setOpen(source, false) ? 1 : failures + 1;
      await sleep(backOffMs(failures, BACK_OFF), undefined, { signal, ref: false }).catch(() => {});
    }
  }

  async #listen(source: Source): Promise<void> {
    const { signal } = this.#closing;
    const collections = await responseWithin(SILENT_MS, this.#collections());
    const stream = collections[source.collection].watch(source.pipeline, {
      maxAwaitTimeMS: AWAIT_MS,
      batchSize: BATCH,
    });
    const close = () => void responseWithin(CLOSE_MS, stream.close()).catch(() => {});
    signal.addEventListener('abort', close, { once: true });
    try {
      while (!signal.aborted && !stream.closed) {
        const change: Change | null = await responseWithin(SILENT_MS, stream.tryNext());
        this.#setOpen(source, true);
        if (typeof change?.documentKey?._id === 'string')
          source.notify(this.#listener, change.documentKey._id);
      }
    } finally {
      signal.removeEventListener('abort', close);
      close();
    }
  }

  /** Writes are notified while all streams are open. Returns whether this one was open before. */
  #setOpen(source: Source, isOpen: boolean): boolean {
    const wasOpen = this.#open.has(source);
    if (wasOpen === isOpen) return wasOpen;
    const wasListening = this.#isListening;
    if (isOpen) this.#open.add(source);
    else this.#open.delete(source);
    if (this.#isListening !== wasListening) {
      this.#listener.connected(this.#isListening);
      this.#logger?.info({}, this.#isListening ? 'change streams are open' : 'change streams are broken off');
    }
    return wasOpen;
  }

  get #isListening(): boolean {
    return this.#open.size === SOURCES.length;
  }
}
