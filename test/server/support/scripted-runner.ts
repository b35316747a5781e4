import type { Chunk, Limits, OutputStream } from '../../../src/executions/execution.ts';
import type { RunEnd, Runner, RunObserver, RunRequest, RuntimeInfo } from '../../../src/executions/runner.ts';

const limits = (timeoutMs: number, memoryMb: number, outputBytes: number): Limits => ({
  timeoutMs,
  memoryMb,
  cpuMillis: 1000,
  outputBytes,
});

const MiB = 1024 * 1024;

const runtime = (language: string, extension: string, isDefault: boolean): RuntimeInfo => ({
  language,
  version: '1.0.0',
  isDefault,
  defaultFileName: `main${extension}`,
  extensions: [extension],
  minimums: limits(100, 16, 1024),
  defaults: limits(30_000, 128, 16 * MiB),
  maximums: limits(60_000, 512, 32 * MiB),
  notes: [],
});

/** One program under way, told by the test what to do. */
export class ScriptedRun {
  readonly request: RunRequest;
  readonly #observer: RunObserver;
  readonly #end = Promise.withResolvers<RunEnd>();
  #seq = 0;

  constructor(request: RunRequest, observer: RunObserver, stop: AbortSignal) {
    this.request = request;
    this.#observer = observer;
    stop.addEventListener('abort', () => this.end({ reason: stop.reason, exitCode: null }));
    if (stop.aborted) this.end({ reason: stop.reason, exitCode: null });
  }

  get ended(): Promise<RunEnd> {
    return this.#end.promise;
  }

  async print(text: string, stream: OutputStream = 'STDOUT'): Promise<void> {
    await this.printAll([text], stream);
  }

  async printAll(texts: readonly string[], stream: OutputStream = 'STDOUT'): Promise<void> {
    const chunks = texts.map((text): Chunk => {
      this.#seq++;
      return { seq: this.#seq, stream, text, at: Date.now() };
    });
    await this.#observer.output(chunks);
  }

  end(end: Partial<RunEnd> = {}): void {
    this.#end.resolve({
      reason: 'EXITED',
      exitCode: 0,
      signal: null,
      message: null,
      usage: { wallMs: 1, cpuMs: 1, maxMemoryMb: 1 },
      outputTruncated: false,
      ...end,
    });
  }
}

/** A runner whose programs do what the test says; everything above it is the real thing. */
export class ScriptedRunner implements Runner {
  readonly kind = 'scripted';
  readonly runtimes = [runtime('python', '.py', true), runtime('javascript', '.js', false)];
  readonly defaultMaxRunning = 1000;
  readonly #runs = new Map<string, ScriptedRun>();
  readonly #waiting = new Map<string, (run: ScriptedRun) => void>();
  healthy = true;

  /** The run of an execution, once it has been started. */
  run(request: RunRequest, observer: RunObserver, stop: AbortSignal): Promise<RunEnd> {
    observer.started(Date.now(), { kind: this.kind, job: null, pod: null, node: null, warm: true });
    const run = new ScriptedRun(request, observer, stop);
    this.#runs.set(request.id, run);
    this.#waiting.get(request.id)?.(run);
    return run.ended;
  }

  /** Waits for the execution to be started. */
  of(id: string): Promise<ScriptedRun> {
    const run = this.#runs.get(id);
    if (run) return Promise.resolve(run);
    return new Promise((resolve) => this.#waiting.set(id, resolve));
  }

  adopt(): Promise<null> {
    return Promise.resolve(null);
  }

  remove(): Promise<void> {
    return Promise.resolve();
  }

  check(): Promise<{ healthy: boolean; message: string | null }> {
    return Promise.resolve({
      healthy: this.healthy,
      message: this.healthy ? null : 'switched off by the test',
    });
  }

  warm(): [{ launcher: string; ready: number; wanted: number }] {
    return [{ launcher: 'python', ready: 2, wanted: 2 }];
  }

  [Symbol.asyncDispose](): Promise<void> {
    return Promise.resolve();
  }
}
