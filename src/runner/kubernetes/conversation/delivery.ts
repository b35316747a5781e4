import type { Chunk } from '../../../executions/execution.ts';
import type { ConversationHandlers, EndFrame } from './frames.ts';

/** Chunks handed over at once. */
const BATCH_CHUNKS = 256;

export interface DeliveryOptions {
  readonly handlers: ConversationHandlers;
  /** More can be taken again. */
  readonly resumed: () => void;
  readonly failed: (cause: unknown) => void;
}

/** Hands over what a program told, in its order, and waits when the receiver wants a pause. */
export class Delivery {
  readonly #options: DeliveryOptions;
  #batch: Chunk[] = [];
  #waiting: Promise<void> | null = null;
  #end: EndFrame | null = null;
  #isOver = false;

  constructor(options: DeliveryOptions) {
    this.#options = options;
  }

  /** Pending while the receiver has not taken what it was given: take in no more until then. Never rejects. */
  get waiting(): Promise<void> | null {
    return this.#waiting;
  }

  start(at: number): void {
    this.#options.handlers.started(at);
  }

  /** Adds a chunk to those that `flush` hands over. */
  add(chunk: Chunk): void {
    this.#batch.push(chunk);
    if (this.#batch.length >= BATCH_CHUNKS) this.flush();
  }

  /** Tells the end once all before it was taken. */
  end(end: EndFrame): void {
    this.#end = end;
    this.flush();
    if (this.#waiting === null) this.#tellEnd();
  }

  /** Tells that there will be no end, unless there was one. */
  break(reason: string): void {
    if (this.#isOver) return;
    this.#isOver = true;
    this.#options.handlers.broken(reason);
  }

  /** Tells and hands over nothing more. */
  close(): void {
    this.#isOver = true;
    this.#batch = [];
  }

  /** Hands over what was added. */
  flush(): void {
    if (this.#batch.length === 0 || this.#waiting !== null) return;
    const batch = this.#batch;
    this.#batch = [];
    const { handlers, resumed, failed } = this.#options;
    let taken: void | Promise<void>;
    try {
      taken = handlers.output(batch);
    } catch (cause) {
      failed(cause);
      return;
    }
    if (taken === undefined) return;
    this.#waiting = taken.then(
      () => {
        this.#waiting = null;
        this.#tellEnd();
        resumed();
      },
      (cause: unknown) => {
        this.#waiting = null;
        failed(cause);
      },
    );
  }

  #tellEnd(): void {
    const end = this.#end;
    if (end === null || this.#isOver) return;
    this.#end = null;
    this.#isOver = true;
    this.#options.handlers.ended(end);
  }
}
