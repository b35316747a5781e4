import { Drive, type DriveDeps } from './drive.ts';
import type { Execution } from './execution.ts';
import { settledWithin } from './within.ts';

/** The executions that this process drives now. */
export class Drives {
  readonly #deps: DriveDeps;
  readonly #drives = new Map<string, Drive>();
  #interrupted = false;

  constructor(deps: DriveDeps) {
    this.#deps = deps;
  }

  get size(): number {
    return this.#drives.size;
  }

  get(id: string): Drive | undefined {
    return this.#drives.get(id);
  }

  /** In the order they were begun. */
  all(): IterableIterator<Drive> {
    return this.#drives.values();
  }

  /** Drives an execution that this process has claimed. `ended` is called when it is driven no longer, whatever came. */
  begin(claimed: Execution, ended: (drive: Drive) => void): void {
    this.#hold(new Drive(claimed, { lastSeq: 0, bytes: 0 }, this.#deps), (drive) => drive.run(), ended);
  }

  /** Goes on with one that another process drove. */
  async resume(taken: Execution, ended: (drive: Drive) => void): Promise<void> {
    // Taken over already: nobody else would ever drive it.
    const stored = await this.#deps.retry(() => this.#deps.store.summarizeChunks(taken.id));
    const drive = new Drive(taken, stored, this.#deps);
    this.#hold(drive, () => drive.adopt(), ended);
    // Whoever watches it here was woken by looks at the store, and is no longer.
    this.#deps.wakeups.wake(taken.id);
    // A wish to cancel made before this found nobody to tell.
    const now = await this.#deps.retry(() => this.#deps.store.getExecution(taken.id));
    if (now && now.cancelRequestedAt !== null) drive.stop('CANCELLED');
  }

  /**
   * Lets what runs end, then interrupts the rest and waits until their ends are stored: `graceMs` in all, and a second
   * more at the most where that is too short to store anything. Of a runner whose programs go on it lets go at once.
   */
  async close(graceMs: number): Promise<void> {
    const interruptMs = Math.max(1000, Math.min(3000, graceMs / 4));
    if (!this.#deps.runner.outlivesProcess) await this.#settled(Math.max(0, graceMs - interruptMs));
    this.#interrupted = true;
    for (const drive of this.#drives.values()) drive.stop('INTERRUPTED');
    await this.#settled(interruptMs);
  }

  #hold(drive: Drive, how: (drive: Drive) => Promise<void>, ended: (drive: Drive) => void): void {
    const { id } = drive.execution;
    this.#drives.set(id, drive);
    if (this.#interrupted) drive.stop('INTERRUPTED');
    drive.done = how(drive)
      .catch((error: unknown) => {
        this.#deps.logger.error({ executionId: id, err: error }, 'execution could not be driven to its end');
        drive.output.abandon();
      })
      .finally(() => {
        if (this.#drives.get(id) === drive) this.#drives.delete(id);
        this.#deps.wakeups.wake(id);
        ended(drive);
      });
  }

  #settled(longestMs: number): Promise<void> {
    return settledWithin(
      longestMs,
      [...this.#drives.values()].map((drive) => drive.done),
    );
  }
}
