/**
 * The record of one run, as the store keeps it and everything above reads it.
 * Plain data: no method, no promise, times in milliseconds since 1970 (UTC).
 */

export const EXECUTION_STATUSES = [
  'QUEUED',
  'STARTING',
  'RUNNING',
  'SUCCEEDED',
  'FAILED',
  'CANCELLED',
] as const;
export type ExecutionStatus = (typeof EXECUTION_STATUSES)[number];

export const END_REASONS = [
  'EXITED',
  'SIGNALLED',
  'TIMED_OUT',
  'OUT_OF_MEMORY',
  'OUTPUT_LIMIT',
  'CANCELLED',
  'EVICTED',
  'IMAGE_UNAVAILABLE',
  'UNSCHEDULABLE',
  'INTERRUPTED',
  'COMPILE_FAILED',
  'SESSION_ENDED',
] as const;
export type EndReason = (typeof END_REASONS)[number];

export interface Label {
  readonly name: string;
  readonly value: string;
}

export interface Limits {
  /** Wall time from the program's start, milliseconds. */
  readonly timeoutMs: number;
  /** The program's own memory, MiB; what the launcher needs comes on top. */
  readonly memoryMb: number;
  /** Thousandths of a core. */
  readonly cpuMillis: number;
  /** UTF-8 bytes of stored text, both streams together. */
  readonly outputBytes: number;
}

export const LIMIT_NAMES = [
  'timeoutMs',
  'memoryMb',
  'cpuMillis',
  'outputBytes',
] as const satisfies (keyof Limits)[];

export interface Usage {
  readonly wallMs: number;
  readonly cpuMs: number | null;
  readonly maxMemoryMb: number | null;
  /** What came of the compile step, whose time and memory do not count above; not there when the language has none. */
  readonly compile?: CompileResult;
}

export interface CompileResult {
  /** Null when the compiler was ended at a limit, or with the execution. */
  readonly exitCode: number | null;
  readonly durationMs: number;
  readonly succeeded: boolean;
}

/** Where an execution runs or ran. */
export interface RunnerInfo {
  readonly kind: string;
  readonly job: string | null;
  readonly pod: string | null;
  /** Distinguishes this pod from a later one of the same name. */
  readonly podUid: string | null;
  readonly node: string | null;
  /** Whether it ran in a warm process or pod. */
  readonly warm: boolean;
}

/** What a program gets beside its source; kept apart from the record and erased when it has started or ended. */
export interface Payload {
  readonly stdin: string;
  readonly files: readonly PayloadFile[];
  /** Values are secrets. */
  readonly env: readonly { readonly name: string; readonly value: string }[];
}

export interface PayloadFile {
  /** Relative, forward slashes, no `..`; checked by `parseExecuteInput`. */
  readonly path: string;
  readonly content: Uint8Array;
}

/** What the store keeps in pieces. */
export interface StoredContent {
  readonly bytes: number;
  /** Of its content, hex. */
  readonly sha256: string;
  /** The SHA-256, hex, of each `FILE_PIECE_BYTES` of it, the last one shorter: what the store keeps them by. */
  readonly pieces: readonly string[];
}

/** A file that a program left, as the record has it. */
export interface OutputFile extends StoredContent {
  /** Relative to the program's directory, forward slashes, no `..`; may hold any other character but NUL. */
  readonly path: string;
}

/** A file, or something else, that a program left and that is not kept. */
export interface OmittedFile {
  /** As above, with U+FFFD where a name is no UTF-8. */
  readonly path: string;
  /** Why, for people. */
  readonly reason: string;
}

export interface Execution {
  /** UUIDv7, lower case. */
  readonly id: string;
  /** `anonymous` or `key:<name>`. */
  readonly caller: string;
  /** `k:<caller>:<key>` with an idempotency key, else `id:<id>` (`uniqueKeyOf`); unique over all executions. */
  readonly uniqueKey: string;
  /** `v1:<sha-256>` of the decoded input before defaults; what a repeated idempotency key is compared by. Null without a key. */
  readonly inputHash: string | null;

  readonly status: ExecutionStatus;
  readonly endReason: EndReason | null;
  /** One sentence for a person: why it waits, or how it ended. */
  readonly message: string | null;
  readonly exitCode: number | null;
  readonly signal: string | null;

  readonly language: string;
  readonly fileName: string;
  readonly code: string;
  readonly args: readonly string[];
  readonly labels: readonly Label[];
  readonly limits: Limits;

  /** The session that it runs in; null for one with a sandbox of its own. */
  readonly sessionId: string | null;
  /** The named interpreter of that session; null for a fresh process. */
  readonly context: string | null;

  /** Whether its stdin stays open for writes; else it ends behind the payload's. */
  readonly stdinOpen: boolean;
  /** Bytes of stdin accepted so far, the payload's included: the offset of the next write. */
  readonly stdinBytes: number;
  /** Whether nothing comes behind those. */
  readonly stdinClosed: boolean;
  /** How many of them the program's pipe has taken, as far as its owner has recorded; 0 unless `stdinOpen`. */
  readonly stdinRead: number;
  /** The write that was accepted last, by which its repetition is known; null before the first. */
  readonly lastStdinWrite: StdinWriteMark | null;
  /** How many interrupts were requested. */
  readonly interrupts: number;

  /** Globs below the program's directory: which of the files that the program makes or changes are kept. */
  readonly outputFiles: readonly string[];
  /** Those, in the order of their paths; none until the end is recorded. */
  readonly files: readonly OutputFile[];
  /** What else matched them, up to `OMITTED_FILES_COUNT`; none until the end is recorded. */
  readonly omittedFiles: readonly OmittedFile[];

  /** Number of the last chunk; null until the end is recorded. Chunks beyond it do not exist for readers. */
  readonly lastSeq: number | null;
  /** UTF-8 bytes of all chunks; 0 until the end is recorded. */
  readonly outputBytes: number;
  readonly outputTruncated: boolean;

  readonly createdAt: number;
  readonly startedAt: number | null;
  readonly finishedAt: number | null;
  /** When a cancel request was recorded while the execution was starting or running. */
  readonly cancelRequestedAt: number | null;
  readonly usage: Usage | null;
  readonly runner: RunnerInfo | null;

  /** The process that owns it, its lease holder; null while it has none. */
  readonly owner: string | null;
  /** The fencing token: raised by each claim, adoption and requeue; a write under an older epoch changes nothing. */
  readonly epoch: number;
}

/** A record of an execution whose stdin is not open, and of those that were written before it could be. */
export const NO_OPEN_STDIN = {
  stdinOpen: false,
  stdinBytes: 0,
  stdinClosed: true,
  stdinRead: 0,
  lastStdinWrite: null,
  interrupts: 0,
} as const satisfies Partial<Execution>;

/** A record of an execution with a sandbox of its own, and of those that were written before there were sessions. */
export const NOT_IN_SESSION = { sessionId: null, context: null } as const satisfies Partial<Execution>;
/** Every file. */
export const ALL_FILES: readonly string[] = ['**'];

/** A record of an execution whose files nobody asked about, and of those that were written before files were kept. */
export const NO_FILES = {
  outputFiles: ALL_FILES,
  files: [],
  omittedFiles: [],
} as const satisfies Partial<Execution>;

/** Identifies a write to stdin without its bytes. */
export interface StdinWriteMark {
  readonly offset: number;
  /** SHA-256 of the bytes and of whether it closed stdin, hex. */
  readonly hash: string;
}

/** Bytes for a program's stdin, at their place in it. */
export interface StdinWrite {
  readonly offset: number;
  readonly data: Uint8Array;
  /** Whether stdin is closed behind them. */
  readonly end: boolean;
  readonly hash: string;
}

/** The fields that may change after creation. */
export type ExecutionChange = Partial<
  Pick<
    Execution,
    | 'status'
    | 'endReason'
    | 'message'
    | 'exitCode'
    | 'signal'
    | 'lastSeq'
    | 'outputBytes'
    | 'outputTruncated'
    | 'stdinRead'
    | 'interrupts'
    | 'outputFiles'
    | 'files'
    | 'omittedFiles'
    | 'startedAt'
    | 'finishedAt'
    | 'cancelRequestedAt'
    | 'usage'
    | 'runner'
    | 'owner'
    | 'epoch'
  >
>;

export function hasEnded(execution: Pick<Execution, 'status'>): boolean {
  return ENDED.has(execution.status);
}

const ENDED: ReadonlySet<ExecutionStatus> = new Set(['SUCCEEDED', 'FAILED', 'CANCELLED']);
