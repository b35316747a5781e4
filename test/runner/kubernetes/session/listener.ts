import type { Chunk } from '../../../../src/executions/output/chunk.ts';
import type { SessionHandlers } from '../../../../src/runner/kubernetes/session/dispatcher.ts';
import type { EndFrame } from '../../../../src/runner/kubernetes/session/frames.ts';

/** Records what a session dispatches, and insists on its promises. */
export class Listener implements SessionHandlers {
  readonly chunks: Chunk[] = [];
  readonly starts: number[] = [];
  /** What `output` returns; a test sets it to hold the session back. */
  pause: () => Promise<void> | undefined = () => undefined;
  /** Resolves at the end or the break. */
  readonly over: Promise<EndFrame | string>;
  readonly #over = Promise.withResolvers<EndFrame | string>();
  readonly #after: number;
  isOver = false;
  readonly #checks = new Set<() => void>();

  constructor(after = 0) {
    this.#after = after;
    this.over = this.#over.promise;
  }

  get text(): string {
    return this.chunks.map(({ text }) => text).join('');
  }

  started(at: number): void {
    if (this.starts.length > 0 || this.chunks.length > 0) throw new Error('Started twice, or after output.');
    this.starts.push(at);
  }

  output(chunks: readonly Chunk[]): void | Promise<void> {
    if (this.isOver) throw new Error('Output after the end.');
    for (const chunk of chunks) {
      const expected = this.#after + this.chunks.length + 1;
      if (chunk.seq !== expected) throw new Error(`Expected chunk ${expected}, got ${chunk.seq}.`);
      this.chunks.push(chunk);
    }
    for (const check of [...this.#checks]) check();
    return this.pause();
  }

  ended(end: EndFrame): void {
    this.#finish(end);
  }

  broken(reason: string): void {
    this.#finish(reason);
  }

  /** Resolves when `count` chunks were received. */
  async has(count: number): Promise<void> {
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    const check = (): void => {
      if (this.chunks.length >= count) resolve();
    };
    const timer = setTimeout(() => reject(new Error(`Waited for ${count} chunks, got ${this.text}`)), 20_000);
    this.#checks.add(check);
    check();
    await promise.finally(() => {
      clearTimeout(timer);
      this.#checks.delete(check);
    });
  }

  #finish(how: EndFrame | string): void {
    if (this.isOver) throw new Error('Ended twice.');
    this.isOver = true;
    this.#over.resolve(how);
  }
}

export const silentLogger = {
  debug: () => undefined,
  info: () => undefined,
  warn: () => undefined,
  error: () => undefined,
};
