import type { Readable } from 'node:stream';
import { INTERRUPT_GRACE_MS } from '../../local/cells/cell.ts';
import { framed } from '../../local/cells/frames.ts';
import type { InterpreterProcess } from '../../local/cells/process.ts';
import type { ProcessStatus } from '../../local/process-status.ts';
import type { Baseline, Limit, ProcessExit } from '../../local/starter/messages.ts';
import type { Sandbox } from '../sandbox/sandbox.ts';

/** How much later than the server the starter kills what was interrupted at its time limit, milliseconds. */
const STARTER_GRACE_MS = INTERRUPT_GRACE_MS + 1200;

/** A sandbox that was told to run cells. */
export class SandboxInterpreter implements InterpreterProcess {
  readonly threads = null;
  /** A signal that comes before its cell would be of none. */
  readonly saysBegun: boolean;
  readonly sandbox: Sandbox;
  /** What it had before the first cell; null when it cannot be told. */
  readonly #baseline: Baseline | null;
  /** MiB that it may have beyond that. */
  readonly #memoryMb: () => number;

  constructor(sandbox: Sandbox, memoryMb: () => number) {
    this.sandbox = sandbox;
    this.saysBegun = sandbox.launcher.interruptsBy === 'signal';
    const { memory, cpuMs } = sandbox.status?.look() ?? { memory: null, cpuMs: null };
    this.#baseline = memory === null ? null : { bytes: memory.own, cpuMs: cpuMs ?? 0 };
    this.#memoryMb = memoryMb;
  }

  get stdout(): Readable {
    return this.sandbox.stdout;
  }

  get stderr(): Readable {
    return this.sandbox.stderr;
  }

  get status(): ProcessStatus | null {
    return this.sandbox.status;
  }

  get exited(): Promise<ProcessExit> {
    return this.sandbox.exited;
  }

  /** Bytes that it has beyond what it had before the first cell. */
  get ownBytes(): number {
    const own = this.status?.look().memory?.own;
    return own === undefined || this.#baseline === null ? 0 : Math.max(0, own - this.#baseline.bytes);
  }

  send(frame: Uint8Array): Promise<boolean> {
    return this.sandbox.input.send(frame);
  }

  interrupt(): void {
    this.sandbox.input.interrupt(true);
    // A signal reaches no thread that waits for stdin: a frame without bytes does.
    if (this.sandbox.launcher.interruptsBy === 'signal') void this.sandbox.input.send(framed('stdin'));
  }

  watch(timeoutMs: number | null, passed: (limit: Limit) => void): void {
    this.sandbox.keepBounds(
      { timeoutMs, graceMs: STARTER_GRACE_MS, memoryMb: this.#memoryMb(), baseline: this.#baseline },
      passed,
    );
  }

  kill(): void {
    this.sandbox.kill();
  }
}
