import { randomBytes } from 'node:crypto';
import type { RunnerInfo } from '../../../executions/execution.ts';
import type { RunObserver } from '../../../executions/run.ts';
import type {
  SessionLoss,
  SessionRequest,
  SessionRunOutcome,
  SessionRunRequest,
  SessionSandbox,
} from '../../../executions/session-host.ts';
import type { Language } from '../../languages/language.ts';
import { Interpreter } from '../../local/cells/interpreter.ts';
import { TOKEN_LENGTH } from '../../local/cells/messages.ts';
import type { LocalSandbox } from '../../local/local-sandbox.ts';
import { runInSandbox } from '../../local/run.ts';
import { endedBy } from '../../run/endings/ending.ts';
import { NativeInterpreter } from './interpreter.ts';
import type { JailProcess, SessionJail } from './jail.ts';
import type { SessionPipes } from './pipes.ts';
import { SessionProgram } from './program.ts';

export interface NativeSessionOptions {
  readonly request: SessionRequest;
  readonly language: Language;
  /** Ready. */
  readonly jail: SessionJail;
  /** The command of an interpreter that runs cells, without its token; null when the language has none. */
  readonly interpreter: readonly string[] | null;
  /** Aborted when the runner closes. */
  readonly closing: AbortSignal;
  /** Called once, when it is gone. */
  readonly onEnd: () => void;
}

interface Kept {
  readonly interpreter: Interpreter;
  readonly process: JailProcess;
}

/** A session of the native host: one jail, with a process for each named interpreter and one for each other execution. */
export class NativeSession implements SessionSandbox {
  readonly runner: RunnerInfo;
  readonly ended: Promise<SessionLoss>;
  readonly #options: NativeSessionOptions;
  readonly #contexts = new Map<string, Kept>();
  readonly #disposing = new AbortController();
  #isGone = false;
  readonly #ended = Promise.withResolvers<SessionLoss>();

  constructor(options: NativeSessionOptions) {
    this.#options = options;
    this.ended = this.#ended.promise;
    this.runner = { kind: 'native', job: null, pod: null, podUid: null, node: null, warm: false };
    this.#keepBounds();
    void options.jail.exited.then(() => {
      this.#isGone = true;
      if (!this.#disposing.signal.aborted) this.#ended.resolve(this.#loss);
      options.onEnd();
    });
  }

  async run(
    request: SessionRunRequest,
    observer: RunObserver,
    stop: AbortSignal,
  ): Promise<SessionRunOutcome> {
    const { context } = request;
    if (this.#isGone) return { end: endedBy('INTERRUPTED', this.#loss.message), stateLost: false };
    const stops = [stop, this.#options.closing, this.#disposing.signal];
    const existing = context === null ? undefined : this.#contexts.get(context);
    const wasLost = existing?.interpreter.hasEnded === true;
    let sandbox: LocalSandbox & { readonly isLost?: boolean };
    try {
      if (context === null) {
        sandbox = await this.#program();
      } else {
        const kept = existing !== undefined && !wasLost ? existing : await this.#start();
        this.#contexts.set(context, kept);
        await this.#bring(request);
        sandbox = kept.interpreter.open({}, { output: this.#options.jail.watchFiles(request, null) });
      }
    } catch (cause) {
      const { code, message } = cause as NodeJS.ErrnoException;
      const end = endedBy('INTERRUPTED', `The sandbox could not start it (${code ?? message}).`);
      return { end, stateLost: wasLost };
    }
    const outcome = await runInSandbox(sandbox, request, observer, { kind: 'native', warm: true, stops });
    this.#keepBounds();
    if (outcome.kind !== 'ended') throw new Error(`Expected an end of a begun run, got ${outcome.kind}`);
    const isOutOfMemory = outcome.end.reason === 'OUT_OF_MEMORY';
    if (isOutOfMemory) this.#options.jail.kill();
    if (context === null) return { end: outcome.end, stateLost: false };
    if (sandbox.isLost === true) this.#contexts.delete(context);
    return { end: outcome.end, stateLost: sandbox.isLost === true || wasLost || isOutOfMemory };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#disposing.abort('INTERRUPTED');
    this.#options.jail.kill();
    await this.#options.jail.exited;
  }

  get #loss(): SessionLoss {
    const { memoryMb } = this.#options.request.limits;
    return this.#options.jail.isOutOfMemory
      ? { reason: 'OUT_OF_MEMORY', message: `The session used more than its ${memoryMb} MiB of memory.` }
      : { reason: 'LOST', message: 'The sandbox of the session has ended.' };
  }

  get #kept(): JailProcess[] {
    return [...this.#contexts.values()]
      .filter(({ interpreter }) => !interpreter.hasEnded)
      .map(({ process }) => process);
  }

  async #program(): Promise<SessionProgram> {
    const { jail, language, request } = this.#options;
    const pipes = await jail.pipes();
    return new SessionProgram({ jail, pipes, language, env: request.env, kept: this.#kept });
  }

  async #start(): Promise<Kept> {
    const { jail, interpreter: command, request, language } = this.#options;
    if (command === null) throw new Error(`Expected a language with contexts, got ${language.name}`);
    const pipes: SessionPipes = await jail.pipes();
    const token = randomBytes(TOKEN_LENGTH / 2).toString('hex');
    const process = jail.start({
      pipes,
      stdin: null,
      files: null,
      command: [...command, token],
      env: request.env,
      isCompiler: false,
    });
    const native = new NativeInterpreter({
      jail,
      pipes,
      process,
      interruptsBy: language.launcher === 'python' ? 'signal' : 'frame',
      kill: () => jail.killAllBut(this.#kept.filter((kept) => kept !== process)),
    });
    const interpreter = new Interpreter({ process: native, token });
    await process.started;
    return { interpreter, process };
  }

  /** Has the files that come with a cell copied to the working directory. */
  async #bring({ payload }: SessionRunRequest): Promise<void> {
    if (payload.files.length === 0) return;
    const { jail } = this.#options;
    await copyFiles(jail, jail.offer(payload.files));
  }

  #keepBounds(): void {
    this.#options.jail.watch(null, 0, () => undefined);
  }
}

/** Copies an offered folder to the working directory of the jail. Rejects when that cannot be done. */
export async function copyFiles(jail: SessionJail, folder: string): Promise<void> {
  const pipes = await jail.pipes();
  const process = jail.start({
    pipes,
    stdin: null,
    files: folder,
    command: ['true'],
    env: [],
    isCompiler: true,
  });
  const exitCode = await process.ended;
  pipes.discard();
  if (exitCode !== 0) throw new Error('its files could not be written');
}
