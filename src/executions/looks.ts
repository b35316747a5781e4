import { settledWithin } from './within.ts';

/**
 * How often all is looked at while nothing is heard. With up to 200 ms until a chunk is stored, and a read before and
 * after the look, a print is seen within 400 ms.
 */
const LOOK_MS = 50;
/** And while writes are told: for what went missing all the same. */
const TOLD_LOOK_MS = 1000;
/** A look that takes longer is not waited for: one connection that hangs must not blind the process. */
const LONGEST_MS = 2500;
/** How long more is waited for after something was heard, so that one look serves it all. */
const GATHER_MS = 5;

/** What to look at: these, or everything. */
export type Scope = ReadonlySet<string> | 'everything';

/**
 * When to look at what other processes write: at everything again and again, and at what was heard of soon. One look at a
 * time, unless one hangs. What is heard only says where to look: while nothing can be heard, or when it was missed, looks alone are enough.
 */
export class Looks implements AsyncDisposable {
  readonly #look: (scope: Scope) => Promise<void>;
  #isTold = false;
  #heard = new Set<string>();
  /** When everything was last looked at with success, by the monotonic clock. */
  #everythingAt = Number.NEGATIVE_INFINITY;
  #timer: NodeJS.Timeout | null = null;
  /** Null between two looks. */
  #looking: Promise<void> | null = null;
  #closed = false;

  /** @param look may reject: everything is looked at again then */
  constructor(look: (scope: Scope) => Promise<void>) {
    this.#look = look;
    this.#lookIn(LOOK_MS);
  }

  /** Something may have happened to this execution. */
  hear(id: string): void {
    this.#heard.add(id);
    // While one is under way the next one comes right after it.
    if (this.#heard.size === 1 && !this.#looking) this.#lookIn(GATHER_MS);
  }

  /** Whether whatever happens is heard of from now on; what happened before that is looked for. */
  told(isTold: boolean): void {
    this.#isTold = isTold;
    this.#everythingAt = Number.NEGATIVE_INFINITY;
    if (!this.#looking) this.#lookIn(GATHER_MS);
  }

  /** Waits for the look under way. */
  async [Symbol.asyncDispose](): Promise<void> {
    this.#closed = true;
    if (this.#timer) clearTimeout(this.#timer);
    await this.#looking;
  }

  #lookIn(ms: number): void {
    if (this.#timer) clearTimeout(this.#timer);
    if (this.#closed) return;
    this.#timer = setTimeout(() => {
      this.#looking = this.#lookNow().finally(() => {
        this.#looking = null;
        this.#lookIn(this.#heard.size > 0 ? GATHER_MS : LOOK_MS);
      });
    }, ms).unref();
  }

  async #lookNow(): Promise<void> {
    const now = performance.now();
    const heard = this.#heard;
    this.#heard = new Set();
    const isTurn = !this.#isTold || now - this.#everythingAt >= TOLD_LOOK_MS;
    if (!isTurn && heard.size === 0) return;
    if (isTurn) this.#everythingAt = now;
    const look = this.#look(isTurn ? 'everything' : heard).catch(() => {
      this.#everythingAt = Number.NEGATIVE_INFINITY;
    });
    await settledWithin(LONGEST_MS, [look]);
  }
}
