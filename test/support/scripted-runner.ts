import type { RunnerInfo } from '../../src/executions/execution.ts';
import type { Display, OutputStream } from '../../src/executions/output/chunk.ts';
import type { Adoption, RunEnd, RunObserver, RunRequest } from '../../src/executions/run.ts';
import type { Runner, RunOutcome, WarmSandboxes } from '../../src/executions/runner.ts';
import type { SessionHost } from '../../src/executions/session-host.ts';
import { RUNTIMES } from './runtimes.ts';

/** One run under way, moved on by the test. */
export class ScriptedRun {
  readonly request: RunRequest;
  readonly stop: AbortSignal;
  readonly #observer: RunObserver;
  readonly #settle: PromiseWithResolvers<RunOutcome> = Promise.withResolvers();
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
      if (reason === 'INTERRUPTED' && outlivesProcess) this.#settle.resolve({ kind: 'detached' });
      else this.end({ reason, exitCode: null });
    };
    stop.addEventListener('abort', onStop);
    if (stop.aborted) onStop();
  }

  get outcome(): Promise<RunOutcome> {
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
  place(): Promise<boolean> {
    return this.#observer.bound(PLACE);
  }

  waiting(message: string): void {
    this.#observer.waiting(message);
  }

  print(text: string, stream: OutputStream = 'STDOUT'): void | Promise<void> {
    return this.printAll([text], stream);
  }

  display(display: Display, text = '<thing>\n'): void | Promise<void> {
    this.#seq++;
    return this.#observer.output([{ seq: this.#seq, stream: 'DISPLAY', text, at: Date.now(), display }]);
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

  /** Leaves a file, as after its end. */
  leave(path: string, content: Uint8Array): Promise<void> {
    return this.#observer.files.keep(
      path,
      content.byteLength,
      (async function* () {
        yield content;
      })(),
    );
  }

  /** Leaves something that is not kept. */
  omit(path: string, reason: string): void {
    this.#observer.files.omit(path, reason);
  }

  end(how: Partial<RunEnd> = {}): void {
    const end: RunEnd = {
      reason: 'EXITED',
      exitCode: 0,
      signal: null,
      message: null,
      usage: { wallMs: 1, cpuMs: 1, maxMemoryMb: 1 },
      outputTruncated: false,
      ...how,
    };
    this.#settle.resolve({ kind: 'ended', end });
  }

  refuse(message: string): void {
    this.#settle.resolve({ kind: 'notStarted', message });
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
  /** Null unless a test gives one. */
  readonly sessions: SessionHost | null;
  readonly isolation = 'nothing: nothing is run';
  readonly warning = null;
  readonly runtimes = RUNTIMES;
  readonly defaultMaxRunning = 2;
  /** Runs that the test has not received with `next`. */
  readonly runs: ScriptedRun[] = [];
  readonly removed: string[] = [];
  readonly released: RunnerInfo[] = [];
  /** What `check` says. */
  healthy = true;
  preparing: string | null = null;
  readonly #startsAtOnce: boolean;
  readonly #waiting: ((run: ScriptedRun) => void)[] = [];
  readonly #byId = new Map<string, PromiseWithResolvers<ScriptedRun>>();

  /** What the next removals throw. */
  removalFails: Error | null = null;
  /** Ids that `listAllocations` tells. */
  readonly forgotten = new Set<string>();
  /** What was asked to be adopted. */
  readonly adoptions: Adoption[] = [];

  /** @param options `startsAtOnce`: programs start as soon as they are asked for; without it the test starts each */
  constructor({
    startsAtOnce = false,
    outlivesProcess = false,
    sessions = null,
  }: { startsAtOnce?: boolean; outlivesProcess?: boolean; sessions?: SessionHost | null } = {}) {
    this.#startsAtOnce = startsAtOnce;
    this.sessions = sessions;
    this.outlivesProcess = outlivesProcess;
  }

  run(request: RunRequest, observer: RunObserver, stop: AbortSignal): Promise<RunOutcome> {
    const run = new ScriptedRun(request, observer, stop, this);
    if (this.#startsAtOnce) run.start();
    return this.#offer(run);
  }

  #offer(run: ScriptedRun): Promise<RunOutcome> {
    const waiting = this.#waiting.shift();
    if (waiting) waiting(run);
    else this.runs.push(run);
    this.#entryOf(run.request.id).resolve(run);
    return run.outcome;
  }

  /** The next run that has been asked for and not been received by the test. */
  next(): Promise<ScriptedRun> {
    const run = this.runs.shift();
    return run ? Promise.resolve(run) : new Promise((resolve) => this.#waiting.push(resolve));
  }

  /** The run of that execution, once it has been asked for. */
  of(id: string): Promise<ScriptedRun> {
    return this.#entryOf(id).promise;
  }

  async adopt(adoption: Adoption, observer: RunObserver, stop: AbortSignal): Promise<RunOutcome | null> {
    this.adoptions.push(adoption);
    if (!this.outlivesProcess) return null;
    const { execution, after, payload, input } = adoption;
    if (!execution.runner) return { kind: 'notStarted', message: 'It was never bound.' };
    return this.#offer(
      new ScriptedRun({ ...execution, payload: payload ?? NOTHING, input }, observer, stop, {
        after,
        outlivesProcess: true,
      }),
    );
  }

  async listAllocations(): Promise<readonly string[]> {
    return [...this.forgotten];
  }

  async remove({ id }: { id: string }): Promise<void> {
    if (this.removalFails) throw this.removalFails;
    this.removed.push(id);
    this.forgotten.delete(id);
  }

  release(place: RunnerInfo): void {
    this.released.push(place);
  }

  async check(): Promise<{ healthy: boolean; message: string | null }> {
    return { healthy: this.healthy, message: this.healthy ? this.preparing : 'switched off by the test' };
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
