import { RunnerDetachedError, RunnerNotReadyError } from '../../src/executions/errors.ts';
import type { OutputStream, RunnerInfo } from '../../src/executions/execution.ts';
import type {
  RunEnd,
  Runner,
  RunObserver,
  RunRequest,
  TakenOver,
  WarmSandboxes,
} from '../../src/executions/runner.ts';
import { RUNTIMES } from './runtimes.ts';

/** One run under way, moved on by the test. */
export class ScriptedRun {
  readonly request: RunRequest;
  readonly stop: AbortSignal;
  readonly #observer: RunObserver;
  readonly #settle: PromiseWithResolvers<RunEnd> = Promise.withResolvers();
  #seq: number;

  constructor(
    request: RunRequest,
    observer: RunObserver,
    stop: AbortSignal,
    { after = 0, outlivesProcess = false } = {},
  ) {
    this.request = request;
    this.#observer = observer;
    this.stop = stop;
    this.#seq = after;
    const onStop = (): void => {
      const reason = stop.reason === 'CANCELLED' ? 'CANCELLED' : 'INTERRUPTED';
      if (reason === 'INTERRUPTED' && outlivesProcess) this.fail(new RunnerDetachedError('Let go.'));
      else this.end({ reason, exitCode: null });
    };
    stop.addEventListener('abort', onStop);
    if (stop.aborted) onStop();
  }

  get ended(): Promise<RunEnd> {
    return this.#settle.promise;
  }

  start(): this {
    this.#observer.started(Date.now(), {
      kind: 'scripted',
      job: null,
      pod: null,
      podUid: null,
      node: null,
      warm: true,
    });
    return this;
  }

  /** Says where it is about to run. */
  place(): Promise<void> {
    return this.#observer.placed(PLACE);
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

const NOTHING = { stdin: '', files: [], env: [] };

export const PLACE: RunnerInfo = {
  kind: 'scripted',
  job: 'a-job',
  pod: 'a-pod',
  podUid: 'a-uid',
  node: null,
  warm: true,
};

/** A runner whose programs do what the test says, when it says so; everything above it is the real thing. */
export class ScriptedRunner implements Runner {
  readonly kind = 'scripted';
  readonly outlivesProcess: boolean;
  readonly runtimes = RUNTIMES;
  readonly defaultMaxRunning = 2;
  /** Runs that the test has not taken with `next`. */
  readonly runs: ScriptedRun[] = [];
  readonly removed: string[] = [];
  readonly abandoned: RunnerInfo[] = [];
  /** What `check` says. */
  healthy = true;
  readonly #startsAtOnce: boolean;
  readonly #waiting: ((run: ScriptedRun) => void)[] = [];
  readonly #byId = new Map<string, PromiseWithResolvers<ScriptedRun>>();

  /** What the next removals throw. */
  removalFails: Error | null = null;
  /** Ids that `held` tells. */
  readonly forgotten = new Set<string>();
  /** What was asked to be taken over. */
  readonly taken: TakenOver[] = [];

  /** @param options `startsAtOnce`: programs start as soon as they are asked for; without it the test starts each */
  constructor({ startsAtOnce = false, outlivesProcess = false } = {}) {
    this.#startsAtOnce = startsAtOnce;
    this.outlivesProcess = outlivesProcess;
  }

  run(request: RunRequest, observer: RunObserver, stop: AbortSignal): Promise<RunEnd> {
    const run = new ScriptedRun(request, observer, stop, this);
    if (this.#startsAtOnce) run.start();
    return this.#offer(run);
  }

  #offer(run: ScriptedRun): Promise<RunEnd> {
    const waiting = this.#waiting.shift();
    if (waiting) waiting(run);
    else this.runs.push(run);
    this.#entryOf(run.request.id).resolve(run);
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

  async adopt(taken: TakenOver, observer: RunObserver, stop: AbortSignal): Promise<RunEnd | null> {
    this.taken.push(taken);
    if (!this.outlivesProcess) return null;
    const { execution, after, payload } = taken;
    if (!execution.runner) throw new RunnerNotReadyError('It was never placed.');
    return this.#offer(
      new ScriptedRun({ ...execution, payload: payload ?? NOTHING }, observer, stop, {
        after,
        outlivesProcess: true,
      }),
    );
  }

  async held(): Promise<readonly string[]> {
    return [...this.forgotten];
  }

  async remove({ id }: { id: string }): Promise<void> {
    if (this.removalFails) throw this.removalFails;
    this.removed.push(id);
    this.forgotten.delete(id);
  }

  abandon(place: RunnerInfo): void {
    this.abandoned.push(place);
  }

  async check(): Promise<{ healthy: boolean; message: string | null }> {
    return { healthy: this.healthy, message: this.healthy ? null : 'switched off by the test' };
  }

  warm(): readonly WarmSandboxes[] {
    return [{ launcher: 'python', ready: 2, wanted: 2, made: 3 }];
  }

  async [Symbol.asyncDispose](): Promise<void> {}

  #entryOf(id: string): PromiseWithResolvers<ScriptedRun> {
    const entry = this.#byId.get(id) ?? Promise.withResolvers<ScriptedRun>();
    this.#byId.set(id, entry);
    return entry;
  }
}
