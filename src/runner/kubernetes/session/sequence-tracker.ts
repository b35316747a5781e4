import type { LauncherState, ProgramFrame } from './frames.ts';

/**
 * - `new`: the next of the program's frames
 * - `repeated`: was received before
 * - `missing`: something before it was not received
 * - `wrong`: cannot be this program's
 */
type Judgement = 'new' | 'repeated' | 'missing' | 'wrong';

/** Which of one program's frames were received: `start`, chunks 1, 2, 3, …, `end`. */
export class SequenceTracker {
  readonly id: string;
  /** Which of a session's runs it is; undefined where the launcher serves one program, null: its `start` says it. */
  #run: number | null | undefined;
  #last: number;
  /** Pieces of the display that comes next. */
  #pieces = 0;
  #started = false;
  #ended = false;
  #endSeen = false;
  #isAnySeen = false;

  /** @param after number of the last chunk that another process received */
  constructor(id: string, after: number, run?: number | null) {
    this.id = id;
    this.#run = run;
    this.#last = after;
  }

  get run(): number | null | undefined {
    return this.#run;
  }

  get started(): boolean {
    return this.#started;
  }

  get ended(): boolean {
    return this.#ended;
  }

  /** Whether any of its frames was seen, also one that was not taken. */
  get mayHaveStarted(): boolean {
    return this.#isAnySeen || this.#startIsKnown;
  }

  /** Number after which all is to be repeated; null when all was received. */
  get from(): number | null {
    return this.#ended ? null : this.#last;
  }

  /** Judges a frame, and counts it as received when it is new. */
  take(frame: ProgramFrame): Judgement {
    // Of another run: late, or of a process that has adopted the session.
    if (this.#run === null && frame.type === 'start' && frame.id === this.id) this.#run = frame.run;
    if (this.#ended || frame.run !== this.#run) return 'repeated';
    this.#isAnySeen = true;
    switch (frame.type) {
      case 'start':
        if (frame.id !== this.id) return 'wrong';
        if (this.#started) return 'repeated';
        this.#started = true;
        return 'new';
      case 'out':
        if (frame.seq <= this.#last) return 'repeated';
        if (frame.seq !== this.#last + 1 || !this.#startIsKnown) return 'missing';
        if (frame.piece && frame.piece.index !== this.#pieces) {
          return frame.piece.index < this.#pieces ? 'repeated' : 'missing';
        }
        if (frame.piece && !frame.piece.isLast) this.#pieces += 1;
        else [this.#pieces, this.#last] = [0, frame.seq];
        return 'new';
      case 'end': {
        if (frame.last !== this.#last) return 'missing';
        // A program stopped before its start has none; one whose start was lost repeats it when that is requested.
        const isRepeated = this.#endSeen;
        this.#endSeen = true;
        if (!this.#startIsKnown && !isRepeated) return 'missing';
        this.#ended = true;
        return 'new';
      }
    }
  }

  /** Whether a launcher that reports this of itself has sent nothing that was not received. */
  hasAll(state: LauncherState, last: number): boolean {
    if (this.#ended) return true;
    return last <= this.#last && state !== 'ended' && (state === 'waiting' || this.#startIsKnown);
  }

  get #startIsKnown(): boolean {
    return this.#started || this.#last > 0;
  }
}
