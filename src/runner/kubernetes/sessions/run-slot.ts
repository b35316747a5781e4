import { sleep } from '../../../async/sleep.ts';
import type { SessionHandlers } from '../session/dispatcher.ts';
import type { Ready } from '../session/frames.ts';
import type { Session } from '../session/session.ts';

/** How long a launcher may take to end a run that was given up, milliseconds. */
const END_MS = 5000;
const POLL_INTERVAL_MS = 20;

/**
 * The one place for a run that the launcher of a session has, and what is known of the run that it took last:
 *
 * - *known*: it has that run, or had it; of this process, or adopted by it.
 * - *unfollowed*, at first, when it runs one of a former process: nobody follows that.
 * - *uncertain*: it may never have taken it. Entered when a run is given, and left when that is known to have started.
 *
 * What must stay true: a run is given only when the one before has ended, and its number follows on that one's.
 */
export class RunSlot {
  readonly #session: Session;
  #last: { readonly number: number; readonly id: string | null };
  #state: 'known' | 'unfollowed' | 'uncertain';

  /** @param reported what its launcher reported when it was adopted; null: it was just made, or has ended */
  constructor(session: Session, reported: Ready | null) {
    this.#session = session;
    this.#last = { number: reported?.held?.run ?? 0, id: reported?.id ?? null };
    this.#state = stateOf(reported);
  }

  /** Whether this execution is the run that its launcher took last. */
  has(id: string): boolean {
    return this.#last.id === id;
  }

  /** The number of the run that can be given next. */
  get next(): number {
    return this.#last.number + 1;
  }

  /** The next run is given now. */
  give(id: string): void {
    this.#last = { number: this.next, id };
    this.#state = 'uncertain';
    this.#session.program.prepareRun(this.#last.number);
  }

  /** The run that was given is followed no longer. */
  settle(): void {
    this.#state = this.#session.program.mayHaveStarted ? 'known' : 'uncertain';
  }

  /** A former process's run is followed from now on. Returns its number; null when only its start can tell. */
  adopt(id: string): number | null {
    const number = this.has(id) ? this.#last.number : null;
    if (this.#state === 'unfollowed') this.#state = 'known';
    this.#session.program.prepareRun(number);
    return number;
  }

  /**
   * Resolves to `free` once another run can be given; a run that was given up, or that nobody follows, is ended first. Else to
   * `unresponsive` when its launcher does not end that, and to `gone` when the signal aborts or the launcher keeps no session.
   */
  async free(signal: AbortSignal): Promise<'free' | 'unresponsive' | 'gone'> {
    const { program } = this.#session;
    if (signal.aborted) return 'gone';
    if (this.#state === 'uncertain' && !(await this.#ask(signal))) return 'gone';
    if (this.#state === 'unfollowed') {
      const { number, id } = this.#last;
      this.#state = 'known';
      program.prepareRun(number);
      program.follow(id ?? '', NOBODY, { number, after: 0 });
    } else if (program.state !== 'running') return 'free';
    program.stop('abandoned', 0);
    for (let waitedMs = 0; waitedMs < END_MS; ) {
      if (program.state === 'ended') return 'free';
      if (!(await sleep(POLL_INTERVAL_MS, signal))) return 'gone';
      // Nothing can be received meanwhile.
      if (this.#session.attached) waitedMs += POLL_INTERVAL_MS;
    }
    return 'unresponsive';
  }

  /** Has the launcher report which run it took last; false when it does not. */
  async #ask(signal: AbortSignal): Promise<boolean> {
    const ready = await this.#session.ask(signal);
    if (ready?.held === undefined) return false;
    this.#last = { number: ready.held.run, id: ready.id };
    this.#state = stateOf(ready);
    return true;
  }
}

function stateOf(reported: Ready | null): 'known' | 'unfollowed' {
  return reported?.state === 'running' ? 'unfollowed' : 'known';
}

const NOBODY: SessionHandlers = { started() {}, output() {}, ended() {}, broken() {} };
