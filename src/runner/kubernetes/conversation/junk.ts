const MiB = 1024 * 1024;
/** Bytes a launcher may send for nothing; more than it holds, which two servers at once may have it repeat. */
const MOST_BYTES = 32 * MiB;
/** How fast that is forgiven: by time, bytes a second, and by what is of use. */
const FORGIVEN_A_SECOND = 64 * 1024;
const FORGIVEN_FOR_USE = 4;

/** Counts what comes and is of no use: junk, repeats, answers nobody asked for. */
export class Junk {
  #bytes = 0;
  #at: number | null = null;

  useful(bytes: number): void {
    this.#bytes = Math.max(0, this.#bytes - bytes * FORGIVEN_FOR_USE);
  }

  /**
   * True when it was too much.
   *
   * @param now milliseconds of a clock that never goes back
   */
  useless(bytes: number, now: number): boolean {
    const forgiven = this.#at === null ? 0 : ((now - this.#at) / 1000) * FORGIVEN_A_SECOND;
    this.#at = now;
    this.#bytes = Math.max(0, this.#bytes - forgiven) + bytes;
    return this.#bytes > MOST_BYTES;
  }
}
