import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';

/** What a started process prints to stderr before it is as far as the caller waits for. */
const LAST_WORDS = 2000;

/** A process of ours that says on stderr, on a line of its own, when it is ready. */
export class OwnProcess implements AsyncDisposable {
  readonly #child: ChildProcess;
  #said = '';

  private constructor(child: ChildProcess) {
    this.#child = child;
    child.stderr?.setEncoding('utf8').on('data', (text: string) => {
      this.#said = (this.#said + text).slice(-LAST_WORDS);
    });
  }

  /** @param args what Node is started with; the environment is `env` and nothing else */
  static start(args: readonly string[], env: Readonly<Record<string, string>>): OwnProcess {
    return new OwnProcess(spawn(process.execPath, args, { env, stdio: ['ignore', 'ignore', 'pipe'] }));
  }

  get pid(): number {
    const { pid } = this.#child;
    if (pid === undefined) throw new Error('expected a process that was started, got none');
    return pid;
  }

  /** What `pattern` matches of stderr, as soon as it does. @throws Error when the process ends first */
  async said(pattern: RegExp): Promise<RegExpExecArray> {
    for (;;) {
      const match = pattern.exec(this.#said);
      if (match) return match;
      if (this.#child.exitCode !== null || this.#child.signalCode !== null || !this.#child.stderr)
        throw new Error(`expected ${pattern}, but the process ended: ${this.#said}`);
      await Promise.race([once(this.#child.stderr, 'data'), once(this.#child, 'close')]);
    }
  }

  /** Resident memory of this process alone, bytes. */
  residentBytes(): number {
    const status = readFileSync(`/proc/${this.pid}/status`, 'utf8');
    const kib = /^VmRSS:\s+(\d+) kB$/m.exec(status)?.[1];
    if (kib === undefined) throw new Error(`expected VmRSS in /proc/${this.pid}/status`);
    return Number(kib) * 1024;
  }

  /** Processor time this process alone has used, milliseconds. */
  processorMs(): number {
    const stat = readFileSync(`/proc/${this.pid}/stat`, 'utf8');
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    const ticks = Number(fields[11]) + Number(fields[12]);
    return ticks * MS_PER_TICK;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (this.#child.exitCode !== null || this.#child.signalCode !== null) return;
    const ended = once(this.#child, 'close');
    this.#child.kill('SIGTERM');
    await ended;
  }
}

/** Linux counts in hundredths of a second towards programs, whatever the kernel's own clock. */
const MS_PER_TICK = 10;
