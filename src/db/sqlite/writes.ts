import type { DatabaseSync, StatementSync } from 'node:sqlite';

interface Write {
  readonly operation: () => unknown;
  readonly resolve: (value: unknown) => void;
  readonly reject: (error: unknown) => void;
}

/** How long one transaction may hold up the event loop before the rest of the queue has to wait a turn, milliseconds. */
const TURN_MS = 10;

/**
 * Commits in groups: all writes requested in one turn of the event loop go into one transaction at the end of that
 * turn. A commit costs the pages it touches, and new rows share them, so under load a write costs a third. A promise
 * resolves after the commit; nothing waits for a timer.
 *
 * A write that throws must not undo its neighbours: the group is rolled back and each is tried alone, so an operation
 * has no effect but on the database and may run twice.
 */
export class Writes {
  readonly #database: DatabaseSync;
  readonly #begin: StatementSync;
  readonly #commit: StatementSync;
  #waiting: Write[] = [];
  #scheduled = false;

  constructor(database: DatabaseSync) {
    this.#database = database;
    this.#begin = database.prepare('BEGIN IMMEDIATE');
    this.#commit = database.prepare('COMMIT');
  }

  /** Runs `operation` (synchronous, short) within a transaction; resolves with its result once that is committed. */
  run<T>(operation: () => T): Promise<T> {
    return new Promise<T>((resolve, reject) => {
      this.#waiting.push({ operation, resolve: (value) => resolve(value as T), reject });
      this.#schedule();
    });
  }

  /** Commits all that waits, now. */
  flush(): void {
    while (this.#waiting.length > 0) this.#commitSome();
  }

  #schedule(): void {
    if (this.#scheduled) return;
    this.#scheduled = true;
    setImmediate(() => {
      this.#scheduled = false;
      this.#commitSome();
      if (this.#waiting.length > 0) this.#schedule();
    });
  }

  #commitSome(): void {
    if (this.#waiting.length === 0) return;
    const until = performance.now() + TURN_MS;
    const results: unknown[] = [];
    let taken = 0;
    try {
      this.#begin.run();
      for (const write of this.#waiting) {
        taken += 1;
        results.push(write.operation());
        if (performance.now() > until) break;
      }
      this.#commit.run();
    } catch (error) {
      this.#rollBack();
      const failed = this.#waiting.splice(0, Math.max(taken, 1));
      const [only] = failed;
      if (failed.length === 1 && only !== undefined) only.reject(error);
      else for (const write of failed) this.#commitAlone(write);
      return;
    }
    const committed = this.#waiting.splice(0, taken);
    for (const [index, write] of committed.entries()) write.resolve(results[index]);
  }

  #commitAlone(write: Write): void {
    try {
      this.#begin.run();
      const result = write.operation();
      this.#commit.run();
      write.resolve(result);
    } catch (error) {
      this.#rollBack();
      write.reject(error);
    }
  }

  /** SQLite itself has rolled back after some errors (a full disk). If this fails too, the first error is the one to report. */
  #rollBack(): void {
    try {
      if (this.#database.isTransaction) this.#database.exec('ROLLBACK');
    } catch {
      // The next BEGIN then fails and says why.
    }
  }
}
