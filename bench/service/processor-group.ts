import { mkdirSync, readFileSync, rmdirSync, writeFileSync } from 'node:fs';

let count = 0;

/**
 * Processor time of a process and of all that it starts from now on, counted by the kernel (cgroup v2): what a process
 * has reaped does not tell it, since bubblewrap leaves before the jail that it made is reaped.
 */
export class ProcessorGroup implements Disposable {
  readonly #folder: string;

  private constructor(folder: string) {
    this.#folder = folder;
  }

  /** Null where this process may not make one, or there is no cgroup v2. */
  static open(): ProcessorGroup | null {
    try {
      const mounts = readFileSync('/proc/self/mounts', 'latin1');
      const root = /^\S+ (\S+) cgroup2 /m.exec(mounts)?.[1];
      if (root === undefined) return null;
      count += 1;
      const folder = `${root}/podline-bench-${process.pid}-${count}`;
      mkdirSync(folder);
      return new ProcessorGroup(folder);
    } catch {
      return null;
    }
  }

  add(pid: number): void {
    writeFileSync(`${this.#folder}/cgroup.procs`, String(pid));
  }

  /** So far. */
  usedMs(): number {
    const [, microseconds] =
      /^usage_usec (\d+)$/m.exec(readFileSync(`${this.#folder}/cpu.stat`, 'latin1')) ?? [];
    return Number(microseconds) / 1000;
  }

  /** After all of its processes have ended. */
  [Symbol.dispose](): void {
    try {
      rmdirSync(this.#folder);
    } catch {
      // What was killed last is still being reaped: an empty folder stays.
    }
  }
}
