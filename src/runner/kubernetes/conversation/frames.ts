import type { Chunk } from '../../../executions/execution.ts';

export type LauncherState = 'waiting' | 'running' | 'ended';

/** What a launcher says of itself when it is asked. */
export interface Ready {
  /** The interpreter's version. */
  readonly version: string;
  readonly state: LauncherState;
  /** Of the execution it was given; null while it waits. */
  readonly id: string | null;
  /** The highest chunk number given so far. */
  readonly last: number;
}

export interface EndFrame {
  /** Number of the last chunk; 0 when there is none. */
  readonly last: number;
  readonly cause: string;
  /** Set when `cause` is `exit`. */
  readonly exitCode: number | null;
  /** Set when `cause` is `signal`: `SIGSEGV`. */
  readonly signal: string | null;
  readonly wallMs: number | null;
  readonly cpuMs: number | null;
  readonly maxMemoryMb: number | null;
  /** Whether output was dropped at the output limit. */
  readonly truncated: boolean;
}

/** Who gets what a launcher tells. Called in this order: `started` once, `output` any number of times, then one of the others. */
export interface ConversationHandlers {
  /** `at` is the launcher's word, milliseconds since 1970. */
  started(at: number): void;
  /** Chunks in order, each once. A promise holds back all that follows; a rejection breaks the conversation. */
  output(chunks: readonly Chunk[]): void | Promise<void>;
  ended(end: EndFrame): void;
  /** The launcher was given up; the reason is a sentence for a person. */
  broken(reason: string): void;
}
