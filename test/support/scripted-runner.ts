import { RunnerNotReadyError } from '../../src/executions/errors.ts';
import type { OutputStream } from '../../src/executions/execution.ts';
import type { RunEnd, Runner, RunObserver, RunRequest } from '../../src/executions/runner.ts';
import { RUNTIMES } from './runtimes.ts';

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
    const onStop = (): void => this.end({ reason: stop.reason, exitCode: null });
    stop.addEventListener('abort', onStop);
    if (stop.aborted) onStop();
  }

  get ended(): Promise<RunEnd> {
    return this.#settle.promise;
  }

  start(): this {
    this.#observer.started(Date.now(), { kind: 'scripted', job: null, pod: null, node: null, warm: true });
    return this;
  }

  waiting(message: string): void {
    this.#observer.waiting(message);
  }

  print(text: string, stream: OutputStream = 'STDOUT'): void | Promise<void> {
    return this.printAll([text], stream);
  }

  /** A chunk for each text, handed over together. */
  printAll(texts: readonly string[], stream: OutputStream = 'STDOUT'): void | Promise<void> {
    const at = Date.now();
    return this.#observer.output(
      texts.map((text) => {
        this.#seq++;
        return { seq: this.#seq, stream, text, at };
      }),
    );
  }

  end(how: Partial<RunEnd> = {}): void {
    this.#settle.resolve({
      reason: 'EXITED',
      exitCode: 0,
      signal: null,
      message: null,
      usage: { wallMs: 1, cpuMs: 1, maxMemoryMb: 1 },
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

/** A runner whose programs do what the test says, when it says so; everything above it is the real thing. */
export class ScriptedRunner implements Runner {
  readonly kind = 'scripted';
  readonly runtimes = RUNTIMES;
  readonly defaultMaxRunning = 2;
  /** Runs that the test has not taken with `next`. */
  readonly runs: ScriptedRun[] = [];
  readonly removed: string[] = [];
  /** What `check` says. */
  healthy = true;
  readonly #startsAtOnce: boolean;
  readonly #waiting: ((run: ScriptedRun) => void)[] = [];
  readonly #byId = new Map<string, PromiseWithResolvers<ScriptedRun>>();

  /** @param options whether programs start as soon as they are asked for; without it the test starts each */
  constructor({ startsAtOnce = false }: { startsAtOnce?: boolean } = {}) {
    this.#startsAtOnce = startsAtOnce;
  }

  run(request: RunRequest, observer: RunObserver, stop: AbortSignal): Promise<RunEnd> {
    const run = new ScriptedRun(request, observer, stop);
    if (this.#startsAtOnce) run.start();
    const waiting = this.#waiting.shift();
    if (waiting) waiting(run);
    else this.runs.push(run);
    this.#entryOf(request.id).resolve(run);
    return run.ended;
  }

  /** The next run that has been asked for and not been taken by the test. */
  next(): Promise<ScriptedRun> {
    const run = this.runs.shift();
    return run ? Promise.resolve(run) : new Promise((resolve) => this.#waiting.push(resolve));
  }

  /** The run of that execution, once it has been asked for. */
  of(id: string): Promise<ScriptedRun> {
    return this.#entryOf(id).promise;
  }

  async adopt(): Promise<null> {
    return null;
  }

  async remove({ id }: { id: string }): Promise<void> {
    this.removed.push(id);
  }

  async check(): Promise<{ healthy: boolean; message: string | null }> {
    return { healthy: this.healthy, message: this.healthy ? null : 'switched off by the test' };
  }

  warm(): [{ launcher: string; ready: number; wanted: number }] {
    return [{ launcher: 'python', ready: 2, wanted: 2 }];
  }

  async [Symbol.asyncDispose](): Promise<void> {}

  #entryOf(id: string): PromiseWithResolvers<ScriptedRun> {
    const entry = this.#byId.get(id) ?? Promise.withResolvers<ScriptedRun>();
    this.#byId.set(id, entry);
    return entry;
  }
}
