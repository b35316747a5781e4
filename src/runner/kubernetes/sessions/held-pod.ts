import { allSettledWithin } from '../../../async/timeout.ts';
import type { RunnerInfo } from '../../../executions/execution.ts';
import type { ProgramInput, RunObserver } from '../../../executions/run.ts';
import type {
  SessionLoss,
  SessionPlacement,
  SessionRunAdoption,
  SessionRunOutcome,
  SessionRunRequest,
  SessionSandbox,
} from '../../../executions/session-host.ts';
import type { Language } from '../../languages/language.ts';
import { endedBy, exited } from '../../run/endings/ending.ts';
import type { StopTimes } from '../../run/endings/stop.ts';
import type { Pod } from '../pods/pod.ts';
import { followProgram, type Program } from '../run/follow.ts';
import { compileMs, encodePayload, PAYLOAD_BYTES } from '../run/run.ts';
import type { SessionHandlers } from '../session/dispatcher.ts';
import type { EndFrame, Ready } from '../session/frames.ts';
import { RunSlot } from './run-slot.ts';

export interface HeldPodOptions {
  /** Disposing it leaves it as it is. */
  readonly pod: Pod & Disposable;
  readonly runner: RunnerInfo;
  readonly session: Pick<SessionPlacement, 'id' | 'limits' | 'epoch'>;
  readonly language: Language;
  /** What its launcher reported when it was adopted; null: it was just made, or has ended. */
  readonly reported: Ready | null;
  /** This process goes away. */
  readonly closing: AbortSignal;
  /** Deletes its Job; rejects when that has to be tried again. */
  readonly remove: () => Promise<void>;
  /** Called once, when this process has let go of it. */
  readonly onLeft: () => void;
}

/** A cell is interrupted first, and has so long before its interpreter is killed; the launcher then reports it. */
const CELL_STOP: StopTimes = { graceMs: 400, giveUpMs: 900 };
/** How long what runs may take to end with its session, milliseconds. */
const DISPOSE_MS = 3000;

/** The pod of one session, which goes on without this process. */
export class HeldPod implements SessionSandbox {
  readonly runner: RunnerInfo;
  readonly ended: Promise<SessionLoss>;
  readonly #options: HeldPodOptions;
  readonly #ended = Promise.withResolvers<SessionLoss>();
  readonly #disposing = new AbortController();
  /** Its pod has ended, or is to. */
  readonly #gone = new AbortController();
  readonly #watch: Disposable;
  readonly #slot: RunSlot;
  #running: Promise<unknown> | null = null;
  #disposal: Promise<void> | null = null;

  constructor(options: HeldPodOptions) {
    this.#options = options;
    this.runner = options.runner;
    this.ended = this.#ended.promise;
    const { reported } = options;
    this.#slot = new RunSlot(options.pod.session, reported);
    this.#watch = options.pod.onChange(() => this.#check());
    if (reported?.held?.isOutOfMemory) this.#lose(this.#outOfMemory);
    this.#check();
  }

  async run(
    request: SessionRunRequest,
    observer: RunObserver,
    stop: AbortSignal,
  ): Promise<SessionRunOutcome | 'detached'> {
    const { context, input } = request;
    const early = await this.#whenFree(stop);
    if (early !== null) return early;
    // A cell that is shorter than the way to its launcher would have run by the time it hears of that.
    if (context !== null && (await wasInterrupted(input))) return { end: exited(130), stateLost: false };
    return this.#give(request, observer, stop, {
      context,
      earliest: Date.now(),
      isAdopted: false,
      stdinFrom: Buffer.byteLength(request.payload.stdin),
      startedAt: null,
      bytes: 0,
      input,
    });
  }

  async adopt(
    { execution, after, bytes, payload, input, context }: SessionRunAdoption,
    observer: RunObserver,
    stop: AbortSignal,
  ): Promise<SessionRunOutcome | 'detached' | null> {
    const { id, createdAt, startedAt, stdinRead } = execution;
    const isOver = this.#disposing.signal.aborted && !stop.aborted;
    if (isOver) return { end: endedBy('INTERRUPTED', 'Its session has ended.'), stateLost: false };
    const common = { context, earliest: createdAt, isAdopted: true, startedAt, bytes, input };
    const isThere = this.#slot.has(id);
    const isLost = this.#options.reported === null;
    if (!isThere && !isLost && payload !== null) {
      const request = { ...execution, payload, input, context };
      const stdinFrom = Math.max(Buffer.byteLength(payload.stdin), stdinRead);
      const early = await this.#whenFree(stop);
      if (early !== null) return early;
      return this.#give(request, observer, stop, { ...common, stdinFrom });
    }
    // Its launcher has another one, and never had this.
    if (!isThere && !isLost) return null;
    const number = this.#slot.adopt(id);
    const { session } = this.#options.pod;
    return this.#follow({ ...execution, ...common, stdinFrom: null }, observer, stop, (handlers) =>
      session.program.follow(id, handlers, { number, after }),
    );
  }

  detach(): void {
    this.#leave();
  }

  [Symbol.asyncDispose](): Promise<void> {
    this.#disposal ??= this.#dispose();
    return this.#disposal;
  }

  async #give(
    request: SessionRunRequest,
    observer: RunObserver,
    stop: AbortSignal,
    program: Pick<Program, 'earliest' | 'isAdopted' | 'stdinFrom' | 'startedAt' | 'bytes' | 'input'> & {
      readonly context: string | null;
    },
  ): Promise<SessionRunOutcome | 'detached'> {
    const { session: held, language, pod } = this.#options;
    const { id } = request;
    const run = this.#slot.next;
    const { context } = program;
    const payload = encodePayload(request, request.input.isOpen, language, {
      run,
      epoch: held.epoch,
      context,
    });
    if (Buffer.byteLength(payload) > PAYLOAD_BYTES) {
      const message = `The program and its input take more than ${PAYLOAD_BYTES} bytes.`;
      return { end: endedBy('INTERRUPTED', message), stateLost: false };
    }
    this.#slot.give(id);
    const outcome = await this.#follow({ ...request, ...program }, observer, stop, (handlers) =>
      pod.session.program.run(id, payload, handlers, run),
    );
    this.#slot.settle();
    return outcome;
  }

  async #follow(
    {
      context,
      ...program
    }: Omit<Program, 'begin' | 'compileMs' | 'runner'> & { readonly context: string | null },
    observer: RunObserver,
    stop: AbortSignal,
    begin: (handlers: SessionHandlers) => void,
  ): Promise<SessionRunOutcome | 'detached'> {
    const { pod, language, closing } = this.#options;
    let reported = null as EndFrame | null;
    const following = followProgram(
      pod,
      {
        ...program,
        compileMs: compileMs(language),
        runner: this.runner,
        begin,
        onReported(end) {
          reported = end;
        },
        ...(context !== null && { stopTimes: CELL_STOP }),
      },
      observer,
      { stop, closing, ending: this.#disposing.signal },
    );
    this.#running = following.catch(() => undefined);
    const outcome = await following;
    this.#running = null;
    if (outcome.kind === 'detached') return 'detached';
    const end =
      outcome.kind === 'ended'
        ? outcome.end
        : (outcome.sandboxEnd ?? endedBy('INTERRUPTED', outcome.message));
    if (end.reason === 'OUT_OF_MEMORY') this.#lose(this.#outOfMemory);
    this.#check();
    const wasLost = reported?.stateLost ?? true;
    return { end, stateLost: context !== null && (wasLost || end.reason === 'OUT_OF_MEMORY') };
  }

  /** Resolves to null once its launcher can take another run; else to what comes of the execution that was to be it. */
  async #whenFree(stop: AbortSignal): Promise<SessionRunOutcome | 'detached' | null> {
    const { closing, pod } = this.#options;
    const signals = [stop, closing, pod.session.fenced, this.#disposing.signal, this.#gone.signal];
    const slot = await this.#slot.free(AbortSignal.any(signals));
    if (slot === 'unresponsive') this.#lose(UNRESPONSIVE);
    const early = this.#stoppedBefore(stop);
    if (early !== null || slot === 'free') return early;
    return { end: endedBy('INTERRUPTED', 'The sandbox of its session is gone.'), stateLost: false };
  }

  /** What comes of an execution that was stopped before it was given; null when it was not. */
  #stoppedBefore(stop: AbortSignal): SessionRunOutcome | 'detached' | null {
    const { closing, pod } = this.#options;
    if (pod.session.fenced.aborted) return 'detached';
    if (stop.aborted && stop.reason === 'CANCELLED') {
      return { end: endedBy('CANCELLED', 'Cancelled before it started.'), stateLost: false };
    }
    if (stop.aborted || closing.aborted) return 'detached';
    if (!this.#disposing.signal.aborted) return null;
    return { end: endedBy('INTERRUPTED', 'Its session has ended.'), stateLost: false };
  }

  #check(): void {
    const { pod } = this.#options;
    const { broken } = pod.session;
    const state = pod.observe();
    if (broken !== null) this.#lose({ reason: 'LOST', message: broken });
    else if ('reason' in state) this.#lose(lossOf(state));
  }

  #lose(loss: SessionLoss): void {
    this.#gone.abort();
    if (!this.#disposing.signal.aborted) this.#ended.resolve(loss);
  }

  get #outOfMemory(): SessionLoss {
    const { memoryMb } = this.#options.session.limits;
    return { reason: 'OUT_OF_MEMORY', message: `The session used more than its ${memoryMb} MiB of memory.` };
  }

  async #dispose(): Promise<void> {
    const { pod, remove } = this.#options;
    this.#disposing.abort();
    // All that it printed is to be read.
    if (this.#running !== null) await allSettledWithin(DISPOSE_MS, [this.#running]);
    pod.session.bye();
    try {
      await remove();
    } finally {
      this.#leave();
    }
  }

  #leave(): void {
    this.#watch[Symbol.dispose]();
    this.#options.pod[Symbol.dispose]();
    this.#options.onLeft();
  }
}

/** Whether an interrupt was requested already. */
async function wasInterrupted(input: ProgramInput): Promise<boolean> {
  const done = new AbortController();
  const requested = input.interrupted(0, done.signal);
  const none = new Promise<null>((resolve) => setImmediate(resolve, null));
  const number = await Promise.race([requested, none]).finally(() => done.abort());
  return number !== null && number > 0;
}

const UNRESPONSIVE: SessionLoss = { reason: 'LOST', message: 'The launcher of its pod does not respond.' };

/** How a session ends whose pod ends so. */
export function lossOf({
  reason,
  message,
}: {
  readonly reason: string;
  readonly message: string;
}): SessionLoss {
  return { reason: reason === 'OUT_OF_MEMORY' ? 'OUT_OF_MEMORY' : 'LOST', message };
}
