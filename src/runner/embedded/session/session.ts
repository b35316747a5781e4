import { randomBytes } from 'node:crypto';
import type { RunnerInfo } from '../../../executions/execution.ts';
import type { RunEnd, RunObserver } from '../../../executions/run.ts';
import type { RunOutcome } from '../../../executions/runner.ts';
import type {
  SessionLoss,
  SessionRequest,
  SessionRunOutcome,
  SessionRunRequest,
  SessionSandbox,
} from '../../../executions/session-host.ts';
import { INTERRUPT_GRACE_MS } from '../../local/cells/cell.ts';
import { Interpreter } from '../../local/cells/interpreter.ts';
import { TOKEN_LENGTH } from '../../local/cells/messages.ts';
import { runInSandbox } from '../../local/run.ts';
import type { Pool } from '../../pool/pool.ts';
import { endedBy } from '../../run/endings/ending.ts';
import { type SandboxOutcome, stoppedBeforeStart } from '../../run/endings/outcome.ts';
import type { Directories } from '../directories.ts';
import type { Sandbox } from '../sandbox/sandbox.ts';
import { SessionFiles } from './files.ts';
import { SandboxInterpreter } from './process.ts';

export interface EmbeddedSessionOptions {
  readonly request: SessionRequest;
  readonly pool: Pool<Sandbox>;
  readonly directories: Directories;
  /** Aborted when the runner closes. */
  readonly closing: AbortSignal;
  /** Called once, when it is gone. */
  readonly onEnd: () => void;
}

/** A kept interpreter, and which of the session's files it has. */
interface Kept {
  readonly interpreter: Interpreter;
  readonly process: SandboxInterpreter;
  filesVersion: number;
}

/**
 * A session of the embedded host: a process for each named interpreter and one for each other execution, all from the pool
 * that every program's comes from, and files that are carried from one to the other.
 */
export class EmbeddedSession implements SessionSandbox {
  readonly runner: RunnerInfo;
  readonly ended: Promise<SessionLoss>;
  readonly #options: EmbeddedSessionOptions;
  readonly #directory: string;
  readonly #files: SessionFiles;
  readonly #contexts = new Map<string, Kept>();
  readonly #disposing = new AbortController();
  readonly #ended = Promise.withResolvers<SessionLoss>();

  /** Throws when its files cannot be written. */
  constructor(options: EmbeddedSessionOptions) {
    this.#options = options;
    this.ended = this.#ended.promise;
    this.runner = { kind: 'embedded', job: null, pod: null, podUid: null, node: null, warm: true };
    this.#directory = options.directories.create();
    this.#files = new SessionFiles(this.#directory);
    try {
      this.#files.add(options.request.files);
    } catch (cause) {
      options.directories.remove(this.#directory);
      throw cause;
    }
  }

  async run(
    request: SessionRunRequest,
    observer: RunObserver,
    stop: AbortSignal,
  ): Promise<SessionRunOutcome> {
    const { context, code, fileName, payload } = request;
    const program = context === null ? [{ path: fileName, content: Buffer.from(code) }] : [];
    try {
      this.#files.add([...payload.files, ...program]);
    } catch (cause) {
      const code = (cause as NodeJS.ErrnoException).code ?? 'unknown';
      return ended(endedBy('INTERRUPTED', `The program's files could not be written (${code}).`));
    }
    const outcome = await this.#run(request, observer, stop);
    if (outcome.end.reason !== 'OUT_OF_MEMORY') return outcome;
    this.#runOutOfMemory();
    return { ...outcome, stateLost: context !== null };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (this.#disposing.signal.aborted) return;
    this.#disposing.abort('CANCELLED');
    const kept = [...this.#contexts.values()];
    for (const { process } of kept) process.kill();
    await Promise.all(kept.map(({ process }) => process.exited));
    this.#options.directories.remove(this.#directory);
    this.#options.directories.remove(`${this.#directory}.mark`);
    this.#options.onEnd();
  }

  async #run(
    request: SessionRunRequest,
    observer: RunObserver,
    stop: AbortSignal,
  ): Promise<SessionRunOutcome> {
    const { context } = request;
    const stops = [stop, this.#options.closing, this.#disposing.signal];
    const existing = context === null ? undefined : this.#contexts.get(context);
    const wasLost = existing?.interpreter.hasEnded === true;
    let kept = wasLost ? undefined : existing;
    if (kept === undefined) {
      const taken = await this.#take(observer, stops);
      if ('reason' in taken) return ended(taken, wasLost);
      if (context === null && taken.launcher.readsFromDirectory)
        return this.#runAlone(taken, request, observer, stops);
      kept = this.#keep(taken, context === null);
      if (context !== null) this.#contexts.set(context, kept);
    }
    const { interpreter, process } = kept;
    this.#bringFiles(kept, request);
    const extras = { interrupts: process.sandbox.input.interrupts };
    const cell = interpreter.open(extras, {
      graceMs: context === null ? 0 : INTERRUPT_GRACE_MS,
      isToldOfInterrupt: context !== null,
      output:
        request.outputFiles.length === 0
          ? null
          : this.#files.watch([request.fileName, ...request.payload.files.map(({ path }) => path)]),
    });
    const outcome = await runInSandbox(cell, request, observer, { ...RUN_OPTIONS, stops });
    kept.filesVersion = this.#files.version;
    if (context === null) process.kill();
    else if (interpreter.hasEnded) this.#contexts.delete(context);
    return ended(endOf(outcome), context !== null && (cell.isLost || wasLost));
  }

  /** A program that finds all files in its directory, and leaves what it has written there to the session. */
  async #runAlone(
    sandbox: Sandbox,
    request: SessionRunRequest,
    observer: RunObserver,
    stops: readonly AbortSignal[],
  ): Promise<SessionRunOutcome> {
    const env = [...this.#options.request.env, ...request.payload.env];
    const payload = { ...request.payload, env, files: [...this.#files.all()] };
    const limits = { ...request.limits, memoryMb: this.#memoryLeftMb(null) };
    const whole = { ...request, payload, limits };
    sandbox.writeFiles(whole);
    using changed = sandbox.openOutput([request.fileName, ...payload.files.map(({ path }) => path)]);
    const outcome = await runInSandbox(sandbox, whole, observer, { ...RUN_OPTIONS, stops });
    await changed?.take(['**'], this.#files.sink);
    return ended(endOf(outcome));
  }

  async #take(observer: RunObserver, stops: readonly AbortSignal[]): Promise<Sandbox | RunEnd> {
    const { pool } = this.#options;
    const ready = pool.take();
    if (ready !== null) return ready;
    const stopped = AbortSignal.any([...stops]);
    const waited = await pool.wait((message) => observer.waiting(message), stopped);
    if (waited.kind === 'ready') return waited.sandbox;
    if (stopped.aborted) return endOf(stoppedBeforeStart(stopped));
    return endOf(waited);
  }

  #keep(sandbox: Sandbox, isProgram: boolean): Kept {
    const token = randomBytes(TOKEN_LENGTH / 2).toString('hex');
    const process: SandboxInterpreter = new SandboxInterpreter(sandbox, () => this.#memoryLeftMb(process));
    sandbox.beginCells({ token, env: this.#options.request.env, isProgram });
    const interpreter = new Interpreter({
      process,
      token,
      received: (message) => this.#files.receive(message),
      outOfMemory: () => this.#runOutOfMemory(),
    });
    return { interpreter, process, filesVersion: 0 };
  }

  /** Has the process's files be those of the session. */
  #bringFiles(kept: Kept, request: SessionRunRequest): void {
    const { sandbox } = kept.process;
    const changes = this.#files.changesSince(kept.filesVersion);
    // From outside only where no program can have put a link in its place.
    if (sandbox.launcher.readsFromDirectory && !sandbox.canWrite) {
      const files = [...changes].filter((change) => change.type === 'file');
      sandbox.writeProgram({ ...request, payload: { ...request.payload, files } });
      return;
    }
    for (const change of changes) {
      const content = change.type === 'file' ? change.content : new Uint8Array();
      const { type, path } = change;
      for (let at = 0; at === 0 || at < content.length; at += FILE_BYTES) {
        const head = Buffer.from(`${JSON.stringify({ type, path, at })}\n`);
        kept.interpreter.send('change', Buffer.concat([head, content.subarray(at, at + FILE_BYTES)]));
      }
    }
  }

  /** What the session's memory leaves to one of its processes, MiB. */
  #memoryLeftMb(process: SandboxInterpreter | null): number {
    let left = this.#options.request.limits.memoryMb;
    for (const { process: other } of this.#contexts.values()) {
      if (other !== process) left -= other.ownBytes / MiB;
    }
    return Math.max(1, Math.round(left));
  }

  #runOutOfMemory(): void {
    if (this.#disposing.signal.aborted) return;
    const { memoryMb } = this.#options.request.limits;
    this.#ended.resolve({
      reason: 'OUT_OF_MEMORY',
      message: `The session used more than its ${memoryMb} MiB of memory.`,
    });
    void this[Symbol.asyncDispose]();
  }
}

const MiB = 1024 * 1024;
/** Of a file that is sent at a time. */
const FILE_BYTES = 1 * MiB;
const RUN_OPTIONS = { kind: 'embedded', warm: true } as const;

function ended(end: RunEnd, stateLost = false): SessionRunOutcome {
  return { end, stateLost };
}

/** A run of a session goes back to no queue: what was not started has ended. */
function endOf(outcome: SandboxOutcome | RunOutcome): RunEnd {
  if (outcome.kind === 'ended') return outcome.end;
  return endedBy('INTERRUPTED', outcome.kind === 'notStarted' ? outcome.message : 'The service stopped.');
}
