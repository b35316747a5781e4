import type { Execution, ExecutionChange, ExecutionStatus, Payload, StdinWrite } from './execution.ts';
import type { Chunk } from './output/chunk.ts';
import type { SessionStore } from './sessions/session-store.ts';

/**
 * What the domain needs of a database. Every operation is atomic alone and safe to repeat. Operations throw
 * `StoreUnavailableError` when the store cannot respond now and may respond later (away, busy, disk full);
 * any other error is a defect. Adapters live in `src/db`; `test/contract/store.ts` is run against each.
 */
export interface Store extends AsyncDisposable {
  /** `sqlite` or `mongodb`; names the health check. */
  readonly kind: string;

  /**
   * How live output uses this store. True (write-through, for a store that writes within microseconds): a chunk is stored
   * first, then viewers get it. False (write-behind, for a store that is a network away): viewers get a chunk at once, and
   * chunks are stored in batches. Either way a chunk that viewers got is stored before the end is.
   */
  readonly writesThrough: boolean;

  /** What several processes on one store need; null for a store that only one process can open. */
  readonly sharing: Sharing | null;

  readonly sessions: SessionStore;

  /**
   * Records a new execution and its payload. When `uniqueKey` is taken nothing is written and the holder is returned
   * with `created: false`.
   */
  createExecution(
    execution: Execution,
    payload: Payload,
  ): Promise<{ created: boolean; execution: Execution }>;

  /** Null when there is none or it is a tombstone. */
  getExecution(id: string): Promise<Execution | null>;

  getExecutionByUniqueKey(uniqueKey: string): Promise<Execution | null>;

  /** Newest first (by id, descending), tombstones left out. */
  listExecutions(query: ListQuery): Promise<Execution[]>;

  /** All callers' executions with ids above `after`, in the order of ids, tombstones left out. */
  scanExecutions(page: ScanPage): Promise<Execution[]>;

  /**
   * Compare-and-set: applies `change` when the execution stands as `expected`, and returns it as it is after the change;
   * null when it does not stand so (or does not exist) and nothing was changed.
   */
  updateExecution(id: string, expected: Expected, change: ExecutionChange): Promise<Execution | null>;

  /** What is STARTING or RUNNING, with its owner and its session, in no order. */
  listUnderWay(): Promise<UnderWay[]>;

  /** STARTING and RUNNING executions of all processes. */
  countUnderWay(): Promise<number>;

  /** One entry for each caller with something STARTING or RUNNING, of all processes; in no order. */
  listRunning(): Promise<CallerRunning[]>;

  /** One entry for each caller with something queued that is not in a session. */
  listQueues(): Promise<CallerQueue[]>;

  /** How many of the caller's queued executions that are not in a session are older than this one. */
  countQueuedBefore(caller: string, id: string): Promise<number>;

  /** Null once erased. */
  getPayload(id: string): Promise<Payload | null>;

  deletePayload(id: string): Promise<void>;

  /**
   * Compare-and-set: stores a write and counts it in the record (`stdinBytes`, `stdinClosed`, `lastStdinWrite`) when the
   * execution has not ended, its stdin is open and not closed, and the next offset is the write's. Returns the execution as
   * it is after that; null when nothing was stored, also for lack of room for one more write that is not read yet.
   */
  appendStdin(id: string, write: StdinWrite): Promise<Execution | null>;

  /** Bytes of accepted writes from offset `from` on, in order, up to `maxBytes`; none when there are none, or they were erased. */
  readStdin(id: string, from: number, maxBytes: number): Promise<Uint8Array>;

  /** Erases the writes that end at or before offset `upTo`. */
  deleteStdin(id: string, upTo: number): Promise<void>;

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

  /** Stores a piece of a file that the program left, under the SHA-256 of its bytes; one that is there already stays. */
  putFilePiece(executionId: string, sha256: string, data: Uint8Array): Promise<void>;

  /** Null when it is not there, or not any more. */
  readFilePiece(executionId: string, sha256: string): Promise<Uint8Array | null>;

  /** Erases all pieces of an execution's files. */
  deleteFilePieces(executionId: string): Promise<void>;

  /** Makes tombstones of up to `limit` ended executions that finished before `finishedBefore`, the oldest first. */
  tombstoneExpired(finishedBefore: number, limit: number): Promise<void>;

  /** The ids of up to `limit` tombstones, whoever made them, for `purge`. */
  listTombstones(limit: number): Promise<string[]>;

  /** Removes one tombstone: its chunks, its files, its payload and stdin, then the record. Does nothing to an execution that is not one. */
  purge(id: string): Promise<void>;

  /**
   * Erases payloads and stdin that nobody needs: of executions that have ended, and of creations that were cut. Those of the
   * last hour before `now` may stay.
   */
  eraseOrphanedPayloads(now: number): Promise<void>;

  /** Resolves when the store responds; throws `StoreUnavailableError` with the reason when it does not. */
  ping(): Promise<void>;
}

/** What several processes on one store need of it. */
export interface Sharing {
  /** Raises the process's heartbeat counter, by which others see that it lives. */
  heartbeat(processId: string): Promise<void>;

  /** The heartbeats of all processes that have raised theirs and were not removed. */
  listProcesses(): Promise<ProcessHeartbeat[]>;

  removeProcess(processId: string): Promise<void>;

  /** What may have changed of these executions; those that do not exist, and tombstones, are left out. */
  getRevisions(ids: readonly string[]): Promise<Revision[]>;

  /** Which of these chunks are stored: the ids of their executions. */
  findChunks(chunks: readonly { executionId: string; seq: number }[]): Promise<string[]>;

  /**
   * Notifies of writes as they are made, by any process including this one, where the database can. Never throws: the
   * listener is notified whether it is connected, and polls while it is not. Disposing ends it.
   */
  listen(listener: WriteListener): AsyncDisposable;
}

/** Notified of writes once they can be read. Its methods must not throw. */
export interface WriteListener {
  /** The record of this execution was changed or removed. */
  executionChanged(executionId: string): void;
  /** Chunks of this execution were stored. */
  outputAppended(executionId: string): void;
  /** Whether writes are notified from now on, at first false. Those made while it was false are never notified. */
  connected(isConnected: boolean): void;
}

export interface ProcessHeartbeat {
  readonly id: string;
  /** How often it was raised. */
  readonly count: number;
}

export type UnderWay = Pick<Execution, 'id' | 'status' | 'owner' | 'epoch' | 'sessionId'>;

/** The fields of a record that show whether it changed. */
export type Revision = Pick<
  Execution,
  'id' | 'status' | 'message' | 'epoch' | 'cancelRequestedAt' | 'stdinBytes' | 'stdinClosed' | 'interrupts'
>;

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

export interface CallerRunning {
  readonly caller: string;
  /** STARTING and RUNNING ones. */
  readonly running: number;
}

export interface ChunkRange {
  readonly after: number;
  readonly limit: number;
  readonly maxBytes: number;
}
