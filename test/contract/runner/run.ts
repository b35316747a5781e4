import { randomUUID } from 'node:crypto';
import type {
  Chunk,
  Execution,
  Limits,
  OutputStream,
  Payload,
  RunnerInfo,
} from '../../../src/executions/execution.ts';
import type { RunEnd, Runner, RunObserver, RunRequest, StopReason } from '../../../src/executions/runner.ts';

/** What a test says of a run; the rest is the runtime's. */
export interface RunOptions {
  readonly fileName?: string;
  readonly args?: readonly string[];
  readonly limits?: Partial<Limits>;
  readonly payload?: Partial<Payload>;
  /** Called with each batch of chunks; a promise is the observer's back-pressure. */
  readonly onOutput?: (chunks: readonly Chunk[]) => void | Promise<void>;
  /** Called when its place is as good as stored. */
  readonly onPlaced?: () => void;
}

const GIVE_UP_MS = 20_000;

/** A run under way, and what was seen of it so far. */
export class Observation {
  readonly chunks: Chunk[];
  readonly starts: { readonly at: number; readonly runner: RunnerInfo; readonly chunksBefore: number }[] = [];
  readonly waits: string[] = [];
  readonly places: RunnerInfo[] = [];
  readonly end: Promise<RunEnd>;
  readonly #watchers = new Set<() => void>();
  readonly #stop = new AbortController();

  constructor(
    begin: (observer: RunObserver, stop: AbortSignal) => Promise<RunEnd>,
    {
      before = [],
      onOutput,
      onPlaced,
    }: Pick<RunOptions, 'onOutput' | 'onPlaced'> & { before?: readonly Chunk[] },
  ) {
    this.chunks = [...before];
    const observer: RunObserver = {
      placed: async (info) => {
        this.places.push(info);
        onPlaced?.();
      },
      storedSeq: () => this.chunks.length,
      started: (at, info) => this.starts.push({ at, runner: info, chunksBefore: this.chunks.length }),
      output: (chunks) => {
        this.chunks.push(...chunks);
        for (const look of this.#watchers) look();
        return onOutput?.(chunks);
      },
      waiting: (message) => this.waits.push(message),
    };
    this.end = begin(observer, this.#stop.signal);
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

/** One that the runner was asked for with what a test says of it. */
export class ObservedRun extends Observation {
  readonly #request: RunRequest;

  constructor(runner: Runner, language: string, code: string, options: RunOptions = {}) {
    const runtime = runner.runtimes.find((candidate) => candidate.language === language);
    if (runtime === undefined) throw new Error(`Expected a runtime for ${language}, got none`);
    const request = {
      id: randomUUID(),
      language,
      fileName: options.fileName ?? runtime.defaultFileName,
      code,
      args: options.args ?? [],
      limits: { ...runtime.defaults, ...options.limits },
      payload: { stdin: '', files: [], env: [], ...options.payload },
    };
    super((observer, stop) => runner.run(request, observer, stop), options);
    this.#request = request;
  }

  /** Goes on with it as a process does that takes it over from one that is gone. */
  adoptedBy(runner: Runner): Observation {
    const { chunks, places, starts } = this;
    const execution: Execution = {
      ...UNDER_WAY,
      ...this.#request,
      status: starts.length > 0 ? 'RUNNING' : 'STARTING',
      startedAt: starts[0]?.at ?? null,
      runner: starts[0]?.runner ?? places[0] ?? null,
    };
    const bytes = chunks.reduce((sum, { text }) => sum + Buffer.byteLength(text), 0);
    const taken = { execution, after: chunks.length, bytes, payload: this.#request.payload };
    return new Observation(
      async (observer, stop) => {
        const end = await runner.adopt(taken, observer, stop);
        if (end === null) throw new Error('Expected a run that can be taken over, got none');
        return end;
      },
      { before: chunks },
    );
  }
}

const UNDER_WAY = {
  caller: 'anonymous',
  uniqueKey: 'id:under-way',
  inputHash: null,
  endReason: null,
  message: null,
  exitCode: null,
  signal: null,
  labels: [],
  lastSeq: null,
  outputBytes: 0,
  outputTruncated: false,
  createdAt: 0,
  finishedAt: null,
  cancelRequestedAt: null,
  usage: null,
  owner: null,
  epoch: 2,
} as const;
