import type { Chunk, Execution, ExecutionChange, ExecutionStatus, Payload } from './execution.ts';

/**
 * What the domain needs of a database. Every operation is atomic alone and safe to repeat. Operations throw
 * `StoreUnavailableError` when the store cannot answer now and may answer later (away, busy, disk full);
 * any other error is a defect. Adapters live in `src/db`; `test/contract/store.ts` is run against each.
 */
export interface Store extends AsyncDisposable {
  /** `sqlite` or `mongodb`; names the health check. */
  readonly kind: string;

  /**
   * Whether a chunk batch is stored so cheaply that chunks are stored before they are shown. If not, they are shown at
   * once and written in batches.
   */
  readonly storesBeforeShowing: boolean;

  /** What several processes on one store need; null when this process has the store for itself. */
  readonly sharing: Sharing | null;

  /**
   * Records a new execution and its payload. When `uniqueKey` is taken nothing is written and the holder is returned
   * with `created: false`.
   */
  createExecution(
    execution: Execution,
    payload: Payload,
  ): Promise<{ created: boolean; execution: Execution }>;

  /** Null when there is none or it has been hidden. */
  getExecution(id: string): Promise<Execution | null>;

  getExecutionByUniqueKey(uniqueKey: string): Promise<Execution | null>;

  /** Newest first (by id, descending), hidden ones left out. */
  listExecutions(query: ListQuery): Promise<Execution[]>;

  /** All callers' executions with ids above `after`, in the order of ids, hidden ones left out. */
  scanExecutions(page: ScanPage): Promise<Execution[]>;

  /**
   * Compare-and-set: applies `change` when the execution stands as `expected`, and returns it as it is after the change;
   * null when it does not stand so (or does not exist) and nothing was changed.
   */
  updateExecution(id: string, expected: Expected, change: ExecutionChange): Promise<Execution | null>;

  /** Who drives what is STARTING or RUNNING, in no order. */
  listUnderWay(): Promise<UnderWay[]>;

  /** STARTING and RUNNING executions of all processes. */
  countUnderWay(): Promise<number>;

  /** One entry for each caller with something queued. */
  listQueues(): Promise<CallerQueue[]>;

  /** How many of the caller's queued executions are older than this one. */
  countQueuedBefore(caller: string, id: string): Promise<number>;

  /** Null once erased. */
  getPayload(id: string): Promise<Payload | null>;

  deletePayload(id: string): Promise<void>;

  /** Stores chunks; those whose `(executionId, seq)` is there already are left as they are. */
  appendChunks(batches: readonly { executionId: string; chunks: readonly Chunk[] }[]): Promise<void>;

  /**
   * The chunks numbered above `after`, in order, up to `limit` chunks and `maxBytes` of UTF-8 text; always at least one
   * when there is one.
   */
  readChunks(executionId: string, range: ChunkRange): Promise<Chunk[]>;

  /**
   * The highest number that is stored with all before it, and the bytes of the text up to there; zeros when there is
   * nothing.
   */
  summarizeChunks(executionId: string): Promise<{ lastSeq: number; bytes: number }>;

  /** Hides up to `limit` ended executions that finished before `finishedBefore`; returns the ids of all that are hidden. */
  hideExpired(finishedBefore: number, limit: number): Promise<string[]>;

  /** Removes one hidden execution: its chunks, its payload, then the record. Does nothing to one that is not hidden. */
  removeHidden(id: string): Promise<void>;

  /** Resolves when the store answers; throws `StoreUnavailableError` with the reason when it does not. */
  ping(): Promise<void>;
}

/** What several processes on one store need of it. */
export interface Sharing {
  /** Raises the process's counter, by which others see that it lives. */
  beat(processId: string): Promise<void>;

  /** All that have raised theirs and were not removed. */
  listProcesses(): Promise<ProcessBeat[]>;

  removeProcess(processId: string): Promise<void>;

  /** What may have changed of these executions; those that are not there, or hidden, are left out. */
  glimpse(ids: readonly string[]): Promise<Glimpse[]>;

  /** Which of these chunks are stored: the ids of their executions. */
  findChunks(chunks: readonly { executionId: string; seq: number }[]): Promise<string[]>;

  /**
   * Tells of writes as they are made, by whichever process, this one too, where the database can. Never throws: whoever
   * listens is told whether there is anything to hear, and looks for itself while there is not. Disposing ends it.
   */
  listen(listener: WriteListener): AsyncDisposable;
}

/** Hears of writes once they can be read. Its methods must not throw. */
export interface WriteListener {
  /** The record of this execution was changed or removed. */
  recordWritten(executionId: string): void;
  /** Chunks of this execution were stored. */
  outputWritten(executionId: string): void;
  /** Writes are told from now on, or no longer; those made in between are not told later. At the beginning they are not. */
  listening(isListening: boolean): void;
}

export interface ProcessBeat {
  readonly id: string;
  readonly beats: number;
}

export type UnderWay = Pick<Execution, 'id' | 'status' | 'owner' | 'epoch'>;

export type Glimpse = Pick<Execution, 'id' | 'status' | 'message' | 'epoch' | 'cancelRequestedAt'>;

export interface Expected {
  readonly statuses: readonly ExecutionStatus[];
  /** When given, the execution's epoch must be this one. */
  readonly epoch?: number;
}

export interface ListQuery {
  readonly caller: string;
  /** Only executions with an id below this one (older). */
  readonly before?: string;
  readonly limit: number;
  readonly filter?: ListFilter;
}

export interface ScanPage {
  /** Empty for the first page. */
  readonly after: string;
  readonly limit: number;
}

export interface ListFilter {
  readonly statuses?: readonly ExecutionStatus[];
  readonly language?: string;
  readonly label?: { readonly name: string; readonly value: string };
  /** Milliseconds since 1970, exclusive. */
  readonly createdAfter?: number;
  /** Milliseconds since 1970, exclusive. */
  readonly createdBefore?: number;
}

export interface CallerQueue {
  readonly caller: string;
  readonly queued: number;
  /** The caller's oldest queued execution. */
  readonly headId: string;
}

export interface ChunkRange {
  readonly after: number;
  readonly limit: number;
  readonly maxBytes: number;
}
