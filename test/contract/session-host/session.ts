import { randomUUID } from 'node:crypto';
import type { Limits, Payload, PayloadFile } from '../../../src/executions/execution.ts';
import type { Display } from '../../../src/executions/output/chunk.ts';
import type { Runner } from '../../../src/executions/runner.ts';
import type { SessionRunOutcome, SessionSandbox } from '../../../src/executions/session-host.ts';
import { DETACHED, ended } from '../../../src/runner/run/endings/outcome.ts';
import { NO_INPUT } from '../../support/program-input.ts';
import { Observation, type RunOptions } from '../runner/run.ts';

export interface SessionOptions {
  readonly limits?: Partial<Limits>;
  readonly files?: readonly PayloadFile[];
  readonly env?: Payload['env'];
}

/** A session that a test opened, and disposes when it leaves the block. */
export class TestSession implements AsyncDisposable {
  readonly sandbox: SessionSandbox;
  readonly language: string;
  readonly #runner: Runner;
  readonly #limits: Limits;

  static async open(
    runner: Runner,
    language: string,
    options: SessionOptions = {},
    stop: AbortSignal = new AbortController().signal,
  ): Promise<TestSession> {
    const runtime = runner.runtimes.find((candidate) => candidate.language === language);
    if (runtime === undefined || runner.sessions === null) {
      throw new Error(`Expected a host of sessions for ${language}, got none`);
    }
    const limits = { ...runtime.defaults, ...options.limits };
    const sandbox = await runner.sessions.open(
      {
        id: randomUUID(),
        language,
        limits,
        files: options.files ?? [],
        env: options.env ?? [],
        epoch: 1,
        bound: async () => true,
      },
      stop,
    );
    return new TestSession(runner, language, limits, sandbox);
  }

  constructor(runner: Runner, language: string, limits: Limits, sandbox: SessionSandbox) {
    this.#runner = runner;
    this.language = language;
    this.#limits = limits;
    this.sandbox = sandbox;
  }

  /** Begins a cell of a context. */
  cell(code: string, options: RunOptions & { readonly context?: string } = {}): SessionRun {
    return this.#run(code, options.context ?? 'main', options);
  }

  /** Begins a fresh process. */
  program(code: string, options: RunOptions = {}): SessionRun {
    return this.#run(code, null, options);
  }

  /** What a cell prints and displays; rejects when it fails. */
  async output(code: string, context = 'main'): Promise<string> {
    const run = this.cell(code, { context });
    await run.succeeds();
    return run.text() + run.text('DISPLAY');
  }

  #run(code: string, context: string | null, options: RunOptions): SessionRun {
    const runtime = this.#runner.runtimes.find(({ language }) => language === this.language);
    const request = {
      id: randomUUID(),
      language: this.language,
      fileName: options.fileName ?? runtime?.defaultFileName ?? 'main',
      code,
      args: options.args ?? [],
      outputFiles: options.outputFiles ?? ['**'],
      limits: { ...this.#limits, ...options.limits },
      payload: { stdin: '', files: [], env: [], ...options.payload },
      input: options.input ?? NO_INPUT,
      context,
    };
    return SessionRun.begin((observer, stop) => this.sandbox.run(request, observer, stop), options);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.sandbox[Symbol.asyncDispose]();
  }
}

type Begin = (
  ...args: Parameters<ConstructorParameters<typeof Observation>[0]>
) => Promise<SessionRunOutcome | 'detached'>;

export class SessionRun extends Observation {
  stateLost: boolean | null = null;

  static begin(begin: Begin, options: RunOptions): SessionRun {
    const run: SessionRun = new SessionRun(async (observer, stop) => {
      const outcome = await begin(observer, stop);
      if (outcome === 'detached') return DETACHED;
      run.stateLost = outcome.stateLost;
      return ended(outcome.end);
    }, options);
    return run;
  }

  get displays(): readonly (Display & { readonly text: string })[] {
    return this.chunks.flatMap(({ display, text }) => (display === undefined ? [] : [{ ...display, text }]));
  }

  /** Rejects with what it printed unless it ends with exit code 0. */
  async succeeds(): Promise<this> {
    const end = await this.end;
    if (end.exitCode !== 0) {
      throw new Error(`Expected exit code 0, got ${JSON.stringify(end)} with stderr ${this.text('STDERR')}`);
    }
    return this;
  }

  /** Rejects unless it ends with that exit code; returns what it printed to stderr. */
  async failsWith(exitCode: number): Promise<string> {
    const end = await this.end;
    if (end.exitCode !== exitCode) {
      throw new Error(
        `Expected exit code ${exitCode}, got ${JSON.stringify(end)} with stderr ${this.text('STDERR')}`,
      );
    }
    return this.text('STDERR');
  }
}
