import type { Chunk } from '../output/chunk.ts';
import type { Adoption, RunEnd, RunObserver, RunRequest } from '../run.ts';
import type { Runner, RunOutcome } from '../runner.ts';
import type { SessionRunOutcome, SessionSandbox } from '../session-host.ts';
import type { SessionContext } from './session.ts';

/** What runs an execution that is in a session, in place of the service's runner. */
export type ExecutionRunner = Pick<Runner, 'run' | 'adopt' | 'remove' | 'release'>;

/** Runs one execution in the sandbox of its session. */
export class SessionRunner implements ExecutionRunner {
  readonly #sandbox: SessionSandbox | null;
  readonly #context: string | null;
  readonly #sessionEnd: () => { readonly message: string | null } | null;
  readonly #used: (contexts: (before: readonly SessionContext[]) => readonly SessionContext[]) => void;

  /**
   * @param sandbox null when it is gone
   * @param sessionEnd how the session is about to end; null while it is not
   * @param used told, before the end is, how the session's contexts change; must not throw
   */
  constructor(
    sandbox: SessionSandbox | null,
    context: string | null,
    sessionEnd: () => { readonly message: string | null } | null,
    used: (contexts: (before: readonly SessionContext[]) => readonly SessionContext[]) => void,
  ) {
    this.#sandbox = sandbox;
    this.#context = context;
    this.#sessionEnd = sessionEnd;
    this.#used = used;
  }

  async run(request: RunRequest, observer: RunObserver, stop: AbortSignal): Promise<RunOutcome> {
    if (this.#sandbox === null) return { kind: 'ended', end: this.#withSession(GONE) };
    return this.#end(
      await this.#sandbox.run({ ...request, context: this.#context }, displaying(observer), stop),
    );
  }

  async adopt(adoption: Adoption, observer: RunObserver, stop: AbortSignal): Promise<RunOutcome | null> {
    if (this.#sandbox === null) return { kind: 'ended', end: this.#withSession(GONE) };
    const adopted = await this.#sandbox.adopt?.(
      { ...adoption, context: this.#context },
      displaying(observer),
      stop,
    );
    return adopted ? this.#end(adopted) : null;
  }

  remove(): Promise<void> {
    return Promise.resolve();
  }

  release(): void {}

  #end(outcome: SessionRunOutcome | 'detached'): RunOutcome {
    if (outcome === 'detached') return { kind: 'detached' };
    const { end, stateLost } = outcome;
    const context = this.#context;
    if (context !== null) this.#used((before) => useContext(before, context, stateLost));
    return { kind: 'ended', end: this.#withSession(stateLost ? this.#withLoss(end) : end) };
  }

  #withLoss(end: RunEnd): RunEnd {
    const lost = `The variables of context ${this.#context} are lost.`;
    return { ...end, message: end.message === null ? lost : `${end.message} ${lost}` };
  }

  /** What ended it was the end of its session, where it has no cause of its own. */
  #withSession(end: RunEnd): RunEnd {
    const sessionEnd = this.#sessionEnd();
    if (sessionEnd === null || end.reason !== 'INTERRUPTED') return end;
    return { ...end, reason: 'SESSION_ENDED', message: describeSessionEnd(sessionEnd.message) };
  }
}

/** Of an execution whose sandbox is gone. */
const GONE: RunEnd = {
  reason: 'INTERRUPTED',
  exitCode: null,
  signal: null,
  message: 'The sandbox of its session is gone.',
  usage: null,
  outputTruncated: false,
};

function displaying(observer: RunObserver): RunObserver {
  return { ...observer, output: (chunks) => observer.output(chunks.map(onLinesOfItsOwn)) };
}

/** What is displayed ends with a line's end in its plain form, so that a viewer who knows only text can print it. */
function onLinesOfItsOwn(chunk: Chunk): Chunk {
  const { display, text } = chunk;
  return display === undefined || text === '' || text.endsWith('\n')
    ? chunk
    : { ...chunk, text: `${text}\n` };
}

/** The session's contexts after one more execution in this one. */
function useContext(
  before: readonly SessionContext[],
  name: string,
  stateLost: boolean,
): readonly SessionContext[] {
  const known = before.find((context) => context.name === name);
  const used = { name, executionCount: (known?.executionCount ?? 0) + 1, stateLost };
  return known ? before.map((context) => (context === known ? used : context)) : [...before, used];
}

/** Stands in for the runner of an execution whose session another process held: nothing is left of it. */
export const GONE_WITH_ITS_SESSION: ExecutionRunner = {
  run: () => Promise.reject(new Error('Expected an execution that is run by its session')),
  adopt: () => Promise.resolve(null),
  remove: () => Promise.resolve(),
  release() {},
};

/** The message of an execution that its session's end has ended. @param message the session's */
export function describeSessionEnd(message: string | null): string {
  return message === null ? 'Its session was ended by its caller.' : `Its session ended. ${message}`;
}
