import { allSettledWithin, withTimeout } from '../../async/timeout.ts';
import { StoreUnavailableError } from '../../executions/errors.ts';
import type { Execution, ExecutionChange, Payload, StdinWrite } from '../../executions/execution.ts';
import type { Chunk } from '../../executions/output/chunk.ts';
import type {
  CallerQueue,
  CallerRunning,
  ChunkRange,
  Expected,
  ListQuery,
  ScanPage,
  Sharing,
  Store,
  UnderWay,
  WriteListener,
} from '../../executions/store.ts';
import type { Logger } from '../../executions/telemetry.ts';
import { ChangeStreams } from './change-streams.ts';
import { appendChunks, findChunks, readChunks, Summaries } from './chunks.ts';
import type { Collections } from './collections.ts';
import { type Connection, checkReadable, checkWritable } from './connection.ts';
import { responseWithin, toStoreError } from './errors.ts';
import {
  createExecution,
  getExecution,
  getExecutionByUniqueKey,
  getRevisions,
  updateExecution,
} from './executions.ts';
import { deleteFilePieces, putFilePiece, readFilePiece } from './files.ts';
import {
  appendStdin,
  deletePayload,
  deleteStdin,
  eraseOrphanedPayloads,
  getPayload,
  readStdin,
} from './input.ts';
import { listExecutions, scanExecutions } from './list-executions.ts';
import { heartbeat, listProcesses, removeProcess } from './processes.ts';
import { countQueuedBefore, countUnderWay, listQueues, listRunning, listUnderWay } from './queues.ts';
import { listTombstones, purge, tombstoneExpired } from './removal.ts';
import { sessionStore } from './sessions.ts';

/** A ping without a response by then reports what is known instead, milliseconds: sooner than health gives up. */
const PING_MS = 1500;
/** How long a close waits for responses, milliseconds. */
const CLOSE_MS = 2000;

/** Connections that a pool must have for two of them to be held by change streams. */
const MIN_POOL = 10;

/** No operation waits longer, milliseconds: what the driver never settles (see `DriverHeartbeats`) is repeated like an outage. */
const RESPONSE_MS = 30_000;

/**
 * The store on a MongoDB that other processes share.
 *
 * It begins unconnected; every operation first sees to it that the connection stands and the indexes are there, so that
 * an outage at the start heals like any other. An operation that finds the database away makes it `failing`, which is
 * logged once; the next write that succeeds ends that, and until then `ping` tries one. Once closed every call throws
 * `StoreUnavailableError`.
 */
export class MongoStore implements Store {
  readonly kind = 'mongodb';
  readonly writesThrough = false;

  readonly sharing: Sharing = {
    heartbeat: (processId) => this.#write((collections) => heartbeat(collections, processId)),
    listProcesses: () => this.#read(listProcesses),
    removeProcess: (processId) => this.#write((collections) => removeProcess(collections, processId)),
    getRevisions: (ids) => this.#read((collections) => getRevisions(collections, ids)),
    findChunks: (chunks) => this.#read((collections) => findChunks(collections, chunks)),
    listen: (listener) => this.#listen(listener),
  };

  readonly sessions = sessionStore(
    (operation) => this.#read(operation),
    (operation) => this.#write(operation),
  );

  readonly #connection: Connection;
  readonly #logger: Logger | undefined;
  readonly #summaries = new Summaries();
  readonly #running = new Set<Promise<unknown>>();
  #failing = false;
  #closing: Promise<void> | null = null;

  constructor(connection: Connection, logger?: Logger) {
    this.#connection = connection;
    this.#logger = logger;
  }

  /** Connects and makes the indexes; when that fails now, the first operations do it. Never rejects. */
  async open(): Promise<void> {
    await this.#read(async () => {}).catch(() => {});
  }

  createExecution(
    execution: Execution,
    payload: Payload,
  ): Promise<{ created: boolean; execution: Execution }> {
    return this.#write((collections) => createExecution(collections, execution, payload));
  }

  getExecution(id: string): Promise<Execution | null> {
    return this.#read((collections) => getExecution(collections, id));
  }

  getExecutionByUniqueKey(uniqueKey: string): Promise<Execution | null> {
    return this.#read((collections) => getExecutionByUniqueKey(collections, uniqueKey));
  }

  listExecutions(query: ListQuery): Promise<Execution[]> {
    return this.#read((collections) => listExecutions(collections, query));
  }

  scanExecutions(page: ScanPage): Promise<Execution[]> {
    return this.#read((collections) => scanExecutions(collections, page));
  }

  updateExecution(id: string, expected: Expected, change: ExecutionChange): Promise<Execution | null> {
    return this.#write((collections) => updateExecution(collections, id, expected, change));
  }

  listUnderWay(): Promise<UnderWay[]> {
    return this.#read(listUnderWay);
  }

  countUnderWay(): Promise<number> {
    return this.#read(countUnderWay);
  }

  listRunning(): Promise<CallerRunning[]> {
    return this.#read(listRunning);
  }

  listQueues(): Promise<CallerQueue[]> {
    return this.#read(listQueues);
  }

  countQueuedBefore(caller: string, id: string): Promise<number> {
    return this.#read((collections) => countQueuedBefore(collections, caller, id));
  }

  getPayload(id: string): Promise<Payload | null> {
    return this.#read((collections) => getPayload(collections, id));
  }

  deletePayload(id: string): Promise<void> {
    return this.#write((collections) => deletePayload(collections, id));
  }

  appendStdin(id: string, write: StdinWrite): Promise<Execution | null> {
    return this.#write((collections) => appendStdin(collections, id, write));
  }

  readStdin(id: string, from: number, maxBytes: number): Promise<Uint8Array> {
    return this.#read((collections) => readStdin(collections, id, from, maxBytes));
  }

  deleteStdin(id: string, upTo: number): Promise<void> {
    return this.#write((collections) => deleteStdin(collections, id, upTo));
  }

  appendChunks(batches: readonly { executionId: string; chunks: readonly Chunk[] }[]): Promise<void> {
    return this.#write((collections) => appendChunks(collections, batches));
  }

  readChunks(executionId: string, range: ChunkRange): Promise<Chunk[]> {
    return this.#read((collections) => readChunks(collections, executionId, range));
  }

  summarizeChunks(executionId: string): Promise<{ lastSeq: number; bytes: number }> {
    return this.#read((collections) => this.#summaries.summarize(collections, executionId));
  }

  putFilePiece(executionId: string, sha256: string, data: Uint8Array): Promise<void> {
    return this.#write((collections) => putFilePiece(collections, executionId, sha256, data));
  }

  readFilePiece(executionId: string, sha256: string): Promise<Uint8Array | null> {
    return this.#read((collections) => readFilePiece(collections, executionId, sha256));
  }

  deleteFilePieces(executionId: string): Promise<void> {
    return this.#write((collections) => deleteFilePieces(collections, executionId));
  }

  tombstoneExpired(finishedBefore: number, limit: number): Promise<void> {
    return this.#write((collections) => tombstoneExpired(collections, finishedBefore, limit));
  }

  listTombstones(limit: number): Promise<string[]> {
    return this.#read((collections) => listTombstones(collections, limit));
  }

  purge(id: string): Promise<void> {
    return this.#write((collections) => purge(collections, id));
  }

  eraseOrphanedPayloads(now: number): Promise<void> {
    return this.#write((collections) => eraseOrphanedPayloads(collections, now));
  }

  async ping(): Promise<void> {
    const response = this.#failing ? this.#write(checkWritable) : this.#read(checkReadable);
    await withTimeout(
      PING_MS,
      response,
      () =>
        new StoreUnavailableError(
          this.#connection.lastError() ?? `The database has not answered within ${PING_MS} ms.`,
        ),
    );
  }

  /** Waits a while for what was asked for before, and closes the connections: what has no response by then gets none. */
  [Symbol.asyncDispose](): Promise<void> {
    this.#closing ??= this.#close();
    return this.#closing;
  }

  /** A small pool has no connection to spare for a stream, which holds one nearly all the time. */
  #listen(listener: WriteListener): AsyncDisposable {
    const { maxPoolSize } = this.#connection.settings;
    if (maxPoolSize !== 0 && maxPoolSize < MIN_POOL) return new AsyncDisposableStack();
    return new ChangeStreams(() => this.#collections(), listener, this.#logger);
  }

  async #close(): Promise<void> {
    await allSettledWithin(CLOSE_MS, this.#running);
    await this.#connection[Symbol.asyncDispose]();
  }

  #read<T>(operation: (collections: Collections) => Promise<T>): Promise<T> {
    return this.#run(operation);
  }

  async #write<T>(operation: (collections: Collections) => Promise<T>): Promise<T> {
    const result = await this.#run(operation);
    if (this.#failing) this.#recovered();
    return result;
  }

  async #run<T>(operation: (collections: Collections) => Promise<T>): Promise<T> {
    const response = this.#collections().then(operation);
    const running = responseWithin(RESPONSE_MS, response, () => this.#connection.operationTimedOut());
    this.#running.add(running);
    try {
      return await running;
    } catch (error) {
      const storeError = toStoreError(error, this.#connection.settings.usesTls);
      if (storeError instanceof StoreUnavailableError) this.#failed(storeError);
      throw storeError;
    } finally {
      this.#running.delete(running);
    }
  }

  async #collections(): Promise<Collections> {
    if (this.#closing) throw new StoreUnavailableError('The database is closed.');
    return this.#connection.collections();
  }

  #failed(error: StoreUnavailableError): void {
    const { hosts } = this.#connection.settings;
    if (!this.#failing) this.#logger?.error({ err: error, hosts }, error.message);
    this.#failing = true;
  }

  #recovered(): void {
    this.#failing = false;
    this.#logger?.info({ hosts: this.#connection.settings.hosts }, 'The database can be written again.');
  }
}
