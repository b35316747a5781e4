import { randomUUID } from 'node:crypto';
import type { Chunk, Limits, OutputStream, Payload, RunnerInfo } from '../../../src/executions/execution.ts';
import type { RunEnd, Runner, StopReason } from '../../../src/executions/runner.ts';

/** What a test says of a run; the rest is the runtime's. */
export interface RunOptions {
  readonly fileName?: string;
  readonly args?: readonly string[];
  readonly limits?: Partial<Limits>;
  readonly payload?: Partial<Payload>;
  /** Called with each batch of chunks; a promise is the observer's back-pressure. */
  readonly onOutput?: (chunks: readonly Chunk[]) => void | Promise<void>;
}

const GIVE_UP_MS = 20_000;

/** A run under way, and what was seen of it so far. */
export class ObservedRun {
  readonly chunks: Chunk[] = [];
  readonly starts: { readonly at: number; readonly runner: RunnerInfo; readonly chunksBefore: number }[] = [];
  readonly waits: string[] = [];
  readonly end: Promise<RunEnd>;
  readonly #watchers = new Set<() => void>();
  readonly #stop = new AbortController();

  constructor(runner: Runner, language: string, code: string, options: RunOptions = {}) {
    const runtime = runner.runtimes.find((candidate) => candidate.language === language);
    if (runtime === undefined) throw new Error(`Expected a runtime for ${language}, got none`);
    this.end = runner.run(
      {
        id: randomUUID(),
        language,
        fileName: options.fileName ?? runtime.defaultFileName,
        code,
        args: options.args ?? [],
        limits: { ...runtime.defaults, ...options.limits },
        payload: { stdin: '', files: [], env: [], ...options.payload },
      },
      {
        started: (at, info) => this.starts.push({ at, runner: info, chunksBefore: this.chunks.length }),
        output: (chunks) => {
          this.chunks.push(...chunks);
          for (const look of this.#watchers) look();
          return options.onOutput?.(chunks);
        },
        waiting: (message) => this.waits.push(message),
      },
      this.#stop.signal,
    );
    this.end.catch(() => undefined);
  }

  stop(reason: StopReason): void {
    this.#stop.abort(reason);
  }

  text(stream: OutputStream = 'STDOUT'): string {
    return this.chunks
      .filter((chunk) => chunk.stream === stream)
      .map(({ text }) => text)
      .join('');
  }

  /** Resolves when stdout holds `text`; rejects with what it holds when the run ends without, or takes too long. */
  async printed(text: string): Promise<void> {
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    const fail = (why: string): void => {
      const streams = `stdout ${this.text()}, stderr ${this.text('STDERR')}`;
      reject(new Error(`Expected ${JSON.stringify(text)} in stdout, but ${why}: ${streams}`));
    };
    const look = (): void => {
      if (this.text().includes(text)) resolve();
    };
    this.#watchers.add(look);
    look();
    void this.end.then(
      (end) => fail(`it ended by ${end.reason}`),
      (cause) => fail(String(cause)),
    );
    const timer = setTimeout(() => fail('nothing more came'), GIVE_UP_MS);
    await promise.finally(() => {
      clearTimeout(timer);
      this.#watchers.delete(look);
    });
  }

  /** The end, with what was printed to stderr when it is not the one that is expected. */
  async endsBy(reason: RunEnd['reason']): Promise<RunEnd> {
    const end = await this.end;
    if (end.reason !== reason) {
      throw new Error(`Expected ${reason}, got ${JSON.stringify(end)} with stderr ${this.text('STDERR')}`);
    }
    return end;
  }
}
