import { batch, effect, signal } from '@preact/signals';
import { announce } from '../announce.tsx';
import { followSession } from '../api/follow.ts';
import { sleep } from '../api/outage.ts';
import { RefusedError, request } from '../api/request.ts';
import {
  type Cell,
  CreateSession,
  EndSession,
  type Session,
  SessionCells,
  type SessionPage,
} from '../api/sessions.ts';
import type { CreateSessionInput, ExecuteInput } from '../generated/graphql.ts';
import {
  describe,
  inputAgain,
  randomKey,
  type SubmitFailure,
  type Submitted,
  submitInput,
} from '../program/submission.ts';
import { runtimeOf } from '../runtimes.ts';
import { hasEnded } from '../words.ts';
import { cellsOf, merged } from './cells.ts';

/** How often it is read while something runs or waits in it, and while nothing does, milliseconds. */
const BUSY_MS = 1000;
const IDLE_MS = 3000;
/** Cells that are read at first, and with each page after that. */
const FIRST_PAGE = 40;
const PAGE = 10;
/** Cells that are kept to be looked at; of more the oldest go, and can be read again. */
const MAX_CELLS = 1000;
/** Code units of the new cell that are kept for a reload. */
const STORED_LENGTH = 256 * 1024;

/** The context of a new cell where nobody chose one; as `podline repl` has it. */
export const MAIN = 'main';

/** One session that is looked at as a notebook: its cells in the order of submission, and the one that is being written. */
export class Notebook {
  readonly id: string;
  /** Null until it was read. */
  readonly session = signal<Session | null>(null);
  readonly cells = signal<readonly Cell[]>([]);
  /** Whether there are cells before those. */
  readonly hasEarlier = signal(false);
  /** Why it cannot be shown; null when it can. */
  readonly failure = signal<string | null>(null);
  /** What did not work, for the reader; null when nothing has to be said. */
  readonly notice = signal<string | null>(null);
  /** The new cell, and where it is to run; null: in a fresh process. */
  readonly code = signal('');
  readonly context = signal<string | null>(MAIN);
  /** The cell that is on its way to the server, to be stopped there; null when none is. */
  readonly sending = signal<AbortController | null>(null);
  /** Why the last one was not taken; null when it was. */
  readonly refused = signal<SubmitFailure | null>(null);
  /** Rises when the new cell is to have the focus. */
  readonly focused = signal(0);
  readonly ending = signal(false);
  /** Cells that were submitted here. */
  readonly own = new Set<string>();
  readonly #stop = new AbortController();
  #changed = Promise.withResolvers<void>();
  #hasChanged = false;
  #maxCells = MAX_CELLS;

  constructor(id: string) {
    this.id = id;
    const { code, context } = readDraft(id);
    this.code.value = code;
    this.context.value = context;
    const stopKeeping = effect(() => writeDraft(id, { code: this.code.value, context: this.context.value }));
    this.#stop.signal.addEventListener('abort', stopKeeping, { once: true });
    this.#go(this.#keepUp());
    this.#go(followSession(id, (session) => this.#take(session), this.#stop.signal));
  }

  /** Follows no longer; the session goes on. */
  close(): void {
    this.#stop.abort();
  }

  /** Reads what has changed, now. */
  refresh(): void {
    this.#hasChanged = true;
    this.#changed.resolve();
  }

  /** Runs the new cell, whose place is empty again once the server has it. What refuses it is in `refused`. */
  async run(): Promise<void> {
    const code = this.code.peek();
    if (this.sending.peek() !== null || code.trim() === '') return;
    const sending = new AbortController();
    this.sending.value = sending;
    this.refused.value = null;
    try {
      const context = this.context.peek();
      await this.#submit(
        { code, context, sessionId: this.id, stdinOpen: this.#keepsStdinOpen },
        AbortSignal.any([sending.signal, this.#stop.signal]),
      );
      // Whoever wrote on meanwhile keeps it.
      if (this.code.peek() === code) this.code.value = '';
    } catch (error) {
      if (!sending.signal.aborted && !this.#stop.signal.aborted) this.refused.value = describe(error);
    } finally {
      this.sending.value = null;
    }
  }

  /** Runs the same once more, behind all that waits. */
  async again(submitted: Submitted): Promise<void> {
    await this.#attempt(() => this.#submit(inputAgain(submitted), this.#stop.signal));
  }

  /** Takes it into the new cell, which has the focus then. */
  edit({ code, context }: Pick<Submitted, 'code' | 'context'>): void {
    this.code.value = code;
    this.context.value = context;
    this.focused.value++;
  }

  /** Ends the session; its status tells when it has. */
  async end(): Promise<void> {
    this.ending.value = true;
    await this.#attempt(async () => {
      const { endSession } = await request(EndSession, { id: this.id }, this.#stop.signal);
      if (endSession.__typename !== 'EndSessionSuccess')
        throw new RefusedError('REFUSED', endSession.message);
    });
    this.ending.value = false;
    this.refresh();
  }

  /** Makes another session of the same language with the cell that was being written here. Resolves to its id; to null when refused. */
  async another(): Promise<string | null> {
    const { language, idleTimeoutMs } = this.session.peek() ?? {};
    if (language === undefined || idleTimeoutMs === undefined) return null;
    let id: string | null = null;
    await this.#attempt(async () => {
      id = await createSession({ language, idleTimeoutMs }, this.#stop.signal);
      writeDraft(id, { code: this.code.peek(), context: this.context.peek() });
    });
    return id;
  }

  /** Reads the cells before those that are shown. */
  async readEarlier(): Promise<void> {
    const [first] = this.cells.peek();
    if (first === undefined) return;
    await this.#attempt(async () => {
      const session = await this.#readPage(FIRST_PAGE, first.cursor);
      this.#maxCells = Math.max(this.#maxCells, this.cells.peek().length + FIRST_PAGE);
      batch(() => {
        this.cells.value = merged(this.cells.peek(), cellsOf(session));
        this.hasEarlier.value = session.executions.pageInfo.hasNextPage;
      });
    });
  }

  get #keepsStdinOpen(): boolean {
    return runtimeOf(this.session.peek()?.language ?? '')?.stdinOpen === true;
  }

  async #submit(input: ExecuteInput, stop: AbortSignal): Promise<void> {
    this.own.add(await submitInput(input, stop));
    this.refresh();
  }

  async #attempt(work: () => Promise<void>): Promise<void> {
    this.notice.value = null;
    try {
      await work();
    } catch (error) {
      if (!this.#stop.signal.aborted) this.notice.value = describe(error).message;
    }
  }

  #go(work: Promise<void>): void {
    work.catch((error: unknown) => {
      if (this.#stop.signal.aborted) return;
      if (!(error instanceof RefusedError)) throw error;
      this.failure.value = error.message;
      this.#stop.abort();
    });
  }

  /** The session tells its status; which cells there are is asked for. */
  #take(session: Session): void {
    this.#show(session);
    this.refresh();
  }

  /** Reads it whenever something changes, and every now and then: what others submit while it is busy is no change of status. */
  async #keepUp(): Promise<void> {
    for (;;) {
      this.#changed = Promise.withResolvers();
      this.#hasChanged = false;
      await this.#read();
      const isSettled = this.cells.peek().every(({ status }) => hasEnded(status));
      const hasEndedItself = this.session.peek()?.status === 'ENDED';
      if (isSettled && hasEndedItself) return;
      do {
        await Promise.race([this.#changed.promise, sleep(isSettled ? IDLE_MS : BUSY_MS, this.#stop.signal)]);
        this.#stop.signal.throwIfAborted();
      } while (document.visibilityState !== 'visible' && !this.#hasChanged);
    }
  }

  /** Reads from the newest cell back to the last one that cannot have changed since. */
  async #read(): Promise<void> {
    const known = this.cells.peek();
    const until = (known.find(({ status }) => !hasEnded(status)) ?? known.at(-1))?.id ?? null;
    const read: Cell[] = [];
    for (let after: string | null = null; ; ) {
      const first = until === null ? FIRST_PAGE : PAGE;
      const session: SessionPage = await this.#readPage(first, after);
      read.push(...cellsOf(session));
      const { hasNextPage, endCursor } = session.executions.pageInfo;
      const oldest = read.at(-1);
      const isKnown = oldest === undefined || (hasEnded(oldest.status) && (until ?? oldest.id) >= oldest.id);
      if (isKnown || !hasNextPage) {
        if (until === null) this.hasEarlier.value = hasNextPage;
        this.#showAll(session, read);
        return;
      }
      after = endCursor;
    }
  }

  /** @throws RefusedError when there is no such session */
  async #readPage(first: number, after: string | null): Promise<SessionPage> {
    const { session } = await request(SessionCells, { id: this.id, first, after }, this.#stop.signal);
    if (session) return session;
    throw new RefusedError('NOT_FOUND', `There is no session with the id ${this.id}.`);
  }

  #showAll(session: Session, read: readonly Cell[]): void {
    batch(() => {
      this.#show(session);
      const cells = merged(this.cells.peek(), read);
      if (cells.length > this.#maxCells) this.hasEarlier.value = true;
      this.cells.value = cells.slice(-this.#maxCells);
    });
  }

  #show(session: Session): void {
    const before = this.session.peek();
    // Answers and events may overtake each other, but an end is final.
    if (before?.status === 'ENDED' && session.status !== 'ENDED') return;
    if (before !== null && before.status !== 'ENDED' && session.status === 'ENDED') {
      announce('The session has ended.');
    }
    this.session.value = session;
  }
}

/** Makes a session and resolves to its id. However often it has to be sent, it is one. @throws RefusedError; the reason of `signal` */
export async function createSession(input: CreateSessionInput, signal: AbortSignal): Promise<string> {
  const variables = { input: { ...input, idempotencyKey: randomKey() } };
  const { createSession: answer } = await request(CreateSession, variables, signal);
  if (answer.__typename === 'CreateSessionSuccess') return answer.session.id;
  throw new RefusedError(answer.code, answer.message);
}

/** A new cell as it is kept for a reload. */
interface CellDraft {
  readonly code: string;
  readonly context: string | null;
}

function keyOf(id: string): string {
  return `podline.cell.${id}`;
}

function readDraft(id: string): CellDraft {
  try {
    return { code: '', context: MAIN, ...JSON.parse(sessionStorage.getItem(keyOf(id)) ?? '{}') };
  } catch {
    return { code: '', context: MAIN };
  }
}

function writeDraft(id: string, draft: CellDraft): void {
  const text = JSON.stringify(draft);
  try {
    if (draft.code === '' && draft.context === MAIN) sessionStorage.removeItem(keyOf(id));
    else if (text.length <= STORED_LENGTH) sessionStorage.setItem(keyOf(id), text);
  } catch {
    // The browser keeps no more for this page.
  }
}
