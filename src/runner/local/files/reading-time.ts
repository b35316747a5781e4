import { TAKE_FILES_MS } from '../../../bounds.ts';

/** The time that is spent on a program's file system, without that in which what was read is stored. */
export class ReadingTime {
  #leftMs: number;

  /** @param maxMs default `TAKE_FILES_MS` */
  constructor(maxMs = TAKE_FILES_MS) {
    this.#leftMs = maxMs;
  }

  get isOver(): boolean {
    return this.#leftMs <= 0;
  }

  /** The same promise; the time until it settles counts. */
  async of<T>(operation: Promise<T>): Promise<T> {
    const began = performance.now();
    try {
      return await operation;
    } finally {
      this.#leftMs -= performance.now() - began;
    }
  }

  /** As above, of something that returns at once. */
  spend<T>(operation: () => T): T {
    const began = performance.now();
    try {
      return operation();
    } finally {
      this.#leftMs -= performance.now() - began;
    }
  }
}
