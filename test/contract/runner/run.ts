import { randomUUID } from 'node:crypto';
import type { Execution, Limits, Payload, RunnerInfo } from '../../../src/executions/execution.ts';
import { ALL_FILES, NO_FILES, NO_OPEN_STDIN, NOT_IN_SESSION } from '../../../src/executions/execution.ts';
import type { Chunk, OutputStream } from '../../../src/executions/output/chunk.ts';
import type {
  ProgramInput,
  RunEnd,
  RunObserver,
  RunRequest,
  StopReason,
} from '../../../src/executions/run.ts';
import type { Runner, RunOutcome } from '../../../src/executions/runner.ts';
import { NO_INPUT } from '../../support/program-input.ts';
import { TakenFiles } from './taken-files.ts';

/** What a test says of a run; the rest is the runtime's. */
export interface RunOptions {
  readonly fileName?: string;
  readonly args?: readonly string[];
  readonly limits?: Partial<Limits>;
  readonly payload?: Partial<Payload>;
  /** Globs; default: every file. */
  readonly outputFiles?: readonly string[];
  /** Its stdin and interrupts while it runs; without, stdin ends behind the payload's. */
  readonly input?: ProgramInput;
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
  readonly files = new TakenFiles();
  readonly outcome: Promise<RunOutcome>;
  readonly #watchers = new Set<() => void>();
  readonly #stop = new AbortController();

  constructor(
    begin: (observer: RunObserver, stop: AbortSignal) => Promise<RunOutcome>,
    {
      before = [],
      onOutput,
      onPlaced,
    }: Pick<RunOptions, 'onOutput' | 'onPlaced'> & { before?: readonly Chunk[] },
  ) {
    this.chunks = [...before];
    const observer: RunObserver = {
      bound: async (info) => {
        this.places.push(info);
        onPlaced?.();
        return true;
      },
      storedSeq: () => this.chunks.length,
      started: (at, info) => this.starts.push({ at, runner: info, chunksBefore: this.chunks.length }),
      output: (chunks) => {
        this.chunks.push(...chunks);
        for (const look of this.#watchers) look();
        return onOutput?.(chunks);
      },
      waiting: (message) => this.waits.push(message),
      files: this.files,
    };
    this.outcome = begin(observer, this.#stop.signal);
    this.outcome.catch(() => undefined);
  }

  /** Rejects when the run has another outcome. */
  get end(): Promise<RunEnd> {
    return endOf(this.outcome);
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
    if (end.exitCode !== 0 && !end.message) {
      throw new Error(`Expected a message with every end but exit code 0, got ${JSON.stringify(end)}`);
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
      outputFiles: options.outputFiles ?? ALL_FILES,
      payload: { stdin: '', files: [], env: [], ...options.payload },
      input: options.input ?? NO_INPUT,
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
    const { payload, input } = this.#request;
    const adoption = { execution, after: chunks.length, bytes, payload, input };
    return new Observation(
      async (observer, stop) => {
        const outcome = await runner.adopt(adoption, observer, stop);
        if (outcome === null) throw new Error('Expected a run that can be adopted, got none');
        return outcome;
      },
      { before: chunks },
    );
  }
}

/** The end of a run; rejects when it has another outcome. */
export async function endOf(outcome: Promise<RunOutcome>): Promise<RunEnd> {
  const reached = await outcome;
  if (reached.kind === 'ended') return reached.end;
  throw new Error(`Expected an end, got ${JSON.stringify(reached)}`);
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
  ...NO_OPEN_STDIN,
  ...NOT_IN_SESSION,
  ...NO_FILES,
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
