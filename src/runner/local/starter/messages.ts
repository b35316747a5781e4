/**
 * What the server and the starter process send each other, over the IPC channel between them. `id` is the server's number
 * for one process.
 */

/** A process to be started: a program's, or that of the jail around it. */
export interface ProcessCommand {
  /** An absolute path. */
  readonly file: string;
  readonly args: readonly string[];
  /** All of its environment. */
  readonly env: { readonly [name: string]: string };
  /** Its current directory. */
  readonly directory: string;
  /** Files that it gets opened for reading, as descriptors 4, 5, … */
  readonly files?: readonly string[];
  /**
   * Whether it writes `{"child-pid": …}` to descriptor 3, the number of the process that is process 1 of its jail (as
   * bubblewrap's --info-fd does): a kill goes to that one, and the end of the jail is the end of everything in it. Where it
   * gets a control group it is started with bubblewrap's --block-fd before its arguments.
   */
  readonly isJail?: boolean;
  /**
   * Whether its stdout and stderr are named pipes; default: sockets. A program can open a pipe again by its name
   * (/dev/stdout), a socket it cannot.
   */
  readonly hasNamedPipes?: boolean;
  /** The most processes and threads that it and all it starts may be, as far as the kernel can keep that here; default: not bounded. */
  readonly processes?: number;
}

/** Bounds that the starter keeps from now on. */
export interface Watch {
  /** The process whose memory and processor time count; null where they cannot be told. */
  readonly pid: number | null;
  /** Given when all that it has started counts too; default: the process alone. */
  readonly tree?: Tree;
  /** Where all that it has started does not count: directories in memory, as `Tree` has them. */
  readonly directories?: readonly string[];
  readonly baseline: Baseline;
  /** Null: no clock. */
  readonly timeoutMs: number | null;
  /** How long after the time limit it is killed, milliseconds, unless it is given other bounds before; default 0. */
  readonly graceMs?: number;
  readonly memoryMb: number;
}

/** What a process had before the program began; only what comes on top counts. */
export interface Baseline {
  /** Of memory. */
  readonly bytes: number;
  /** Of processor time. */
  readonly cpuMs: number;
}

export const NO_BASELINE: Baseline = { bytes: 0, cpuMs: 0 };

/** Bounds of a process and all that it has started. */
export interface Tree {
  /** Directories in memory, each a file system of its own, absolute and as the process sees them: what they hold counts as memory. */
  readonly directories: readonly string[];
  /** Whether it is in a network namespace of its own: what its sockets hold counts as memory too. */
  readonly hasOwnNetwork: boolean;
  /** Threads of all processes together. */
  readonly threads: number;
}

export type Limit = 'time' | 'memory' | 'threads';

/** How a process ended, as the kernel said it. */
export interface ProcessExit {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  /** From the start of the watch to the end; null when it was not watched. */
  readonly wallMs: number | null;
  /** The maximum memory beyond the baseline that a sample showed, bytes; null without a sample. */
  readonly peakBytes: number | null;
  /** Processor time since the start of the watch, as of the last sample; null without one. */
  readonly cpuMs: number | null;
}

/** To the starter. */
export type Order =
  | {
      readonly type: 'listen';
      /** Where the server takes the pipes of started processes. */
      readonly path: string;
      /** Proves that a connection comes from the starter. Secret. */
      readonly token: string;
      /** A directory of cgroup v2 that a group for each jail is made in (control-groups.ts); null: none. */
      readonly groups: string | null;
    }
  | {
      readonly type: 'start';
      readonly id: number;
      readonly command: ProcessCommand;
      /** The named pipes for stdout and stderr; empty when those are sockets. */
      readonly outputs: readonly string[];
    }
  /** `number`: 1 for the first of this process, 2, … */
  | { readonly type: 'watch'; readonly id: number; readonly number: number; readonly watch: Watch }
  | { readonly type: 'kill'; readonly id: number };

/** From the starter. */
export type Report =
  /** `pid` is process 1 of the jail, or the process itself where there is no jail. */
  | { readonly type: 'started'; readonly id: number; readonly pid: number }
  /** It could not be started; nothing else comes of it. */
  | { readonly type: 'failed'; readonly id: number; readonly message: string }
  /** A limit of that watch was passed; the process is being killed, after the watch's grace where it is the time limit. */
  | { readonly type: 'limit'; readonly id: number; readonly number: number; readonly limit: Limit }
  | ({ readonly type: 'exited'; readonly id: number } & ProcessExit);
