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
] as const;
export type EndReason = (typeof END_REASONS)[number];

export type OutputStream = 'STDOUT' | 'STDERR';

/** Text of one stream, numbered 1, 2, 3, … without a gap within its execution. Never changed once numbered. */
export interface Chunk {
  readonly seq: number;
  readonly stream: OutputStream;
  /** Well-formed text (no lone surrogates), at most `CHUNK_BYTES` as UTF-8. */
  readonly text: string;
  /** When the bytes were first read, milliseconds since 1970. */
  readonly at: number;
}

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

export interface Usage {
  readonly wallMs: number;
  readonly cpuMs: number | null;
  readonly maxMemoryMb: number | null;
}

/** Where an execution runs or ran. */
export interface RunnerInfo {
  readonly kind: string;
  readonly job: string | null;
  readonly pod: string | null;
  /** What tells this pod from one made anew under its name. */
  readonly podUid: string | null;
  readonly node: string | null;
  /** Whether it was served by a process or pod that was ready before it was asked for. */
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

export interface Execution {
  /** UUIDv7, lower case. */
  readonly id: string;
  /** `anonymous` or `key:<name>`. */
  readonly caller: string;
  /** `k:<caller>:<key>` with an idempotency key, else `id:<id>`; unique over all executions. */
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

  /** Number of the last chunk; null until the end is recorded. Chunks beyond it do not exist for readers. */
  readonly lastSeq: number | null;
  /** UTF-8 bytes of all chunks; 0 until the end is recorded. */
  readonly outputBytes: number;
  readonly outputTruncated: boolean;

  readonly createdAt: number;
  readonly startedAt: number | null;
  readonly finishedAt: number | null;
  /** When a cancel became durable while the execution was under way. */
  readonly cancelRequestedAt: number | null;
  readonly usage: Usage | null;
  readonly runner: RunnerInfo | null;

  /** The process that drives it; null while nobody does. */
  readonly owner: string | null;
  /** Raised each time a process takes it; a writer with an older epoch changes nothing. */
  readonly epoch: number;
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
