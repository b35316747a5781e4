import type { Frame } from './parse.ts';

/**
 * - `new`: the next of the program's frames
 * - `repeated`: was there before
 * - `missing`: something before it has not come
 * - `wrong`: cannot be this program's
 */
export type Judgement = 'new' | 'repeated' | 'missing' | 'wrong';

/** What has come of one program: `start`, chunks 1, 2, 3, …, `end`. */
export class Received {
  readonly id: string;
  #last: number;
  #started = false;
  #ended = false;
  #endSeen = false;
  #isAnySeen = false;

  /** @param last number of the last chunk that came before, to somebody else */
  constructor(id: string, last: number) {
    this.id = id;
    this.#last = last;
  }

  /** Number of the last chunk, with all before it. */
  get last(): number {
    return this.#last;
  }

  get started(): boolean {
    return this.#started;
  }

  /** Whether any of its frames was seen, also one that could not be taken. */
  get mayHaveStarted(): boolean {
    return this.#isAnySeen || this.#startIsKnown;
  }

  get ended(): boolean {
    return this.#ended;
  }

  /** Judges a frame, and counts it among what has come when it is new. */
  take(frame: Extract<Frame, { type: 'start' | 'out' | 'end' }>): Judgement {
    if (this.#ended) return 'repeated';
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
        this.#last = frame.seq;
        return 'new';
      case 'end': {
        if (frame.last !== this.#last) return 'missing';
        // A program stopped before its start has none; one whose start was lost tells it when asked again.
        const isRepeated = this.#endSeen;
        this.#endSeen = true;
        if (!this.#startIsKnown && !isRepeated) return 'missing';
        this.#ended = true;
        return 'new';
      }
    }
  }

  /** Whether a launcher that says this of itself has told nothing that is not here. */
  hasAll(state: 'waiting' | 'running' | 'ended', last: number): boolean {
    if (this.#ended) return true;
    return last <= this.#last && state !== 'ended' && (state === 'waiting' || this.#startIsKnown);
  }

  get #startIsKnown(): boolean {
    return this.#started || this.#last > 0;
  }
}
