import { RunnerNotReadyError } from '../../src/executions/errors.ts';
import type { OutputStream, RunnerInfo } from '../../src/executions/execution.ts';
import type { RunEnd, Runner, RunObserver, RunRequest, StopReason } from '../../src/executions/runner.ts';
import { RUNTIMES } from './records.ts';

export const INFO: RunnerInfo = { kind: 'scripted', job: null, pod: null, node: null, warm: true };

/** One run under way, moved on by the test. */
export class ScriptedRun {
  readonly request: RunRequest;
  readonly stop: AbortSignal;
  readonly #observer: RunObserver;
  readonly #settle: PromiseWithResolvers<RunEnd> = Promise.withResolvers();
  #seq = 0;

  constructor(request: RunRequest, observer: RunObserver, stop: AbortSignal) {
    this.request = request;
    this.#observer = observer;
    this.stop = stop;
    stop.addEventListener('abort', () => this.end({ reason: stop.reason as StopReason, exitCode: null }));
  }

  get ended(): Promise<RunEnd> {
    return this.#settle.promise;
  }

  start(): this {
    this.#observer.started(Date.now(), INFO);
    return this;
  }

  waiting(message: string): void {
    this.#observer.waiting(message);
  }

  print(text: string, stream: OutputStream = 'STDOUT'): void | Promise<void> {
    this.#seq++;
    return this.#observer.output([{ seq: this.#seq, stream, text, at: Date.now() }]);
  }

  end(how: Partial<RunEnd> = {}): void {
    const usage = { wallMs: 1, cpuMs: 1, maxMemoryMb: 1 };
    this.#settle.resolve({
      reason: 'EXITED',
      exitCode: 0,
      signal: null,
      message: null,
      usage,
      outputTruncated: false,
      ...how,
    });
  }

  refuse(message: string): void {
    this.#settle.reject(new RunnerNotReadyError(message));
  }

  fail(error: Error): void {
    this.#settle.reject(error);
  }
}

/** A runner whose programs do what the test says, when it says so. */
export class ScriptedRunner implements Runner {
  readonly kind = 'scripted';
  readonly runtimes = RUNTIMES;
  readonly defaultMaxRunning = 2;
  readonly runs: ScriptedRun[] = [];
  readonly removed: string[] = [];
  #waiting: ((run: ScriptedRun) => void)[] = [];

  run(request: RunRequest, observer: RunObserver, stop: AbortSignal): Promise<RunEnd> {
    const run = new ScriptedRun(request, observer, stop);
    const waiting = this.#waiting.shift();
    if (waiting) waiting(run);
    else this.runs.push(run);
    return run.ended;
  }

  /** The next run that has been asked for and not been taken by the test. */
  next(): Promise<ScriptedRun> {
    const run = this.runs.shift();
    return run ? Promise.resolve(run) : new Promise((resolve) => this.#waiting.push(resolve));
  }

  async adopt(): Promise<null> {
    return null;
  }

  async remove({ id }: { id: string }): Promise<void> {
    this.removed.push(id);
  }

  async check(): Promise<{ healthy: boolean; message: null }> {
    return { healthy: true, message: null };
  }

  warm(): [] {
    return [];
  }

  async [Symbol.asyncDispose](): Promise<void> {}
}
