import type { Readable } from 'node:stream';
import type { ProcessStatus } from '../process-status.ts';
import type { Limit, ProcessExit } from '../starter/messages.ts';

/** A process that was told to run cells. */
export interface InterpreterProcess {
  readonly stdout: Readable;
  readonly stderr: Readable;
  /** What the operating system tells of it; null where that cannot be told. */
  readonly status: ProcessStatus | null;
  /** The most threads it may have; null: not watched. */
  readonly threads: number | null;
  /** Resolves when it has ended; never rejects. */
  readonly exited: Promise<ProcessExit>;
  /** Sends it a frame. Resolves to whether its pipe has taken it: false when it has ended. */
  send(frame: Uint8Array): Promise<boolean>;
  /** Whether an interrupt counts only once it has said that the cell has begun. */
  readonly saysBegun: boolean;
  /** Interrupts what it runs. */
  interrupt(): void;
  /** Has a clock and the memory bound kept from now on; null: no clock. `passed` as in `LocalProcess.watch`. */
  watch(timeoutMs: number | null, passed: (limit: Limit) => void): void;
  /** Ends it and all that it started. Safe to repeat. */
  kill(): void;
}
