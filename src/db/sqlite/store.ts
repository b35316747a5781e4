import type { DatabaseSync } from 'node:sqlite';
import { StoreUnavailableError } from '../../executions/errors.ts';
import type { Execution, ExecutionChange, Payload, StdinWrite } from '../../executions/execution.ts';
import type { Chunk } from '../../executions/output/chunk.ts';
import type { SessionStore } from '../../executions/sessions/session-store.ts';
import type {
  CallerQueue,
  CallerRunning,
  ChunkRange,
  Expected,
  ListQuery,
  ScanPage,
  Store,
  UnderWay,
} from '../../executions/store.ts';
import type { Logger } from '../../executions/telemetry.ts';
import { isDamage, toStoreError } from './errors.ts';
import { prepareOperations } from './operations.ts';
import { Writes } from './writes.ts';

/**
 * The store on one SQLite file (or in memory) that this process has for itself. Reads return at once, writes at
 * the end of the event loop's turn, all of that turn in one transaction (`Writes`).
 *
 * After an error that may pass the store goes on: each call tries anew. Once SQLite has found the file damaged nothing is
 * written any more and `ping` fails, until the process is started again on a restored file; reads go on where they can.
 * Once closed every call throws `StoreUnavailableError`.
 */
export class SqliteStore implements Store {
  readonly kind = 'sqlite';
  readonly writesThrough = true;
  readonly sharing = null;

  readonly sessions: SessionStore = {
    createSession: (session) =>
      this.#write(() => {
        const { createSession, getSessionByUniqueKey } = this.#operations;
        if (createSession(session)) return { created: true, session };
        const holder = getSessionByUniqueKey(session.uniqueKey);
        if (holder === null) throw new Error(`Expected a new session id, got ${session.id}, which is taken`);
        return { created: false, session: holder };
      }),
    getSession: (id) => this.#read(() => this.#operations.getSession(id)),
    getSessionByUniqueKey: (uniqueKey) => this.#read(() => this.#operations.getSessionByUniqueKey(uniqueKey)),
    listSessions: (query) => this.#read(() => this.#operations.listSessions(query)),
    scanSessions: ({ after, limit }) => this.#read(() => this.#operations.scanSessions(after, limit)),
    updateSession: (id, change, epoch) =>
      this.#write(() => this.#operations.updateSession(id, change, epoch)),
    listOpenSessions: () => this.#read(() => this.#operations.listOpenSessions()),
    listSessionQueues: () => this.#read(() => this.#operations.listSessionQueues()),
    countQueuedInSessionBefore: (sessionId, executionId) =>
      this.#read(() => this.#operations.countQueuedInSessionBefore(sessionId, executionId)),
    listSessionExecutions: (query) => this.#read(() => this.#operations.listSessionExecutions(query)),
    deleteExpiredSessions: (endedBefore, limit) =>
      this.#write(() => this.#operations.deleteExpiredSessions(endedBefore, limit)),
  };

  readonly #database: DatabaseSync;
  readonly #logger: Logger | undefined;
  readonly #operations: ReturnType<typeof prepareOperations>;
  readonly #writes: Writes;
  /** Whether the last write failed in a way that may pass; logged when it changes, and `ping` then tries a write. */
  #failing = false;
  /** Why nothing is written any more; null as long as the file is whole. */
  #damage: StoreUnavailableError | null = null;

  constructor(database: DatabaseSync, logger?: Logger) {
    this.#database = database;
    this.#logger = logger;
    this.#operations = prepareOperations(database);
    this.#writes = new Writes(database);
  }

  createExecution(
    execution: Execution,
    payload: Payload,
  ): Promise<{ created: boolean; execution: Execution }> {
    const { createExecution, getExecutionByUniqueKey } = this.#operations;
    return this.#write(() => {
      if (createExecution(execution, payload)) return { created: true, execution };
      const holder = getExecutionByUniqueKey(execution.uniqueKey);
      if (holder === null)
        throw new Error(`Expected a new execution id, got ${execution.id}, which is taken`);
      return { created: false, execution: holder };
    });
  }

  getExecution(id: string): Promise<Execution | null> {
    return this.#read(() => this.#operations.getExecution(id));
  }

  getExecutionByUniqueKey(uniqueKey: string): Promise<Execution | null> {
    return this.#read(() => this.#operations.getExecutionByUniqueKey(uniqueKey));
  }

  listExecutions(query: ListQuery): Promise<Execution[]> {
    return this.#read(() => this.#operations.listExecutions(query));
  }

  scanExecutions(page: ScanPage): Promise<Execution[]> {
    return this.#read(() => this.#operations.scanExecutions(page));
  }

  updateExecution(id: string, expected: Expected, change: ExecutionChange): Promise<Execution | null> {
    return this.#write(() => this.#operations.updateExecution(id, expected, change));
  }

  listUnderWay(): Promise<UnderWay[]> {
    return this.#read(() => this.#operations.listUnderWay());
  }

  countUnderWay(): Promise<number> {
    return this.#read(() => this.#operations.countUnderWay());
  }

  listRunning(): Promise<CallerRunning[]> {
    return this.#read(() => this.#operations.listRunning());
  }

  listQueues(): Promise<CallerQueue[]> {
    return this.#read(() => this.#operations.listQueues());
  }

  countQueuedBefore(caller: string, id: string): Promise<number> {
    return this.#read(() => this.#operations.countQueuedBefore(caller, id));
  }

  getPayload(id: string): Promise<Payload | null> {
    return this.#read(() => this.#operations.getPayload(id));
  }

  deletePayload(id: string): Promise<void> {
    return this.#write(() => this.#operations.deletePayload(id));
  }

  appendStdin(id: string, write: StdinWrite): Promise<Execution | null> {
    return this.#write(() => this.#operations.appendStdin(id, write));
  }

  readStdin(id: string, from: number, maxBytes: number): Promise<Uint8Array> {
    return this.#read(() => this.#operations.readStdin(id, from, maxBytes));
  }

  deleteStdin(id: string, upTo: number): Promise<void> {
    return this.#write(() => this.#operations.deleteStdin(id, upTo));
  }

  appendChunks(batches: readonly { executionId: string; chunks: readonly Chunk[] }[]): Promise<void> {
    return this.#write(() => this.#operations.appendChunks(batches));
  }

  readChunks(executionId: string, range: ChunkRange): Promise<Chunk[]> {
    return this.#read(() => this.#operations.readChunks(executionId, range));
  }

  summarizeChunks(executionId: string): Promise<{ lastSeq: number; bytes: number }> {
    return this.#read(() => this.#operations.summarizeChunks(executionId));
  }

  putFilePiece(executionId: string, sha256: string, data: Uint8Array): Promise<void> {
    return this.#write(() => this.#operations.putFilePiece(executionId, sha256, data));
  }

  readFilePiece(executionId: string, sha256: string): Promise<Uint8Array | null> {
    return this.#read(() => this.#operations.readFilePiece(executionId, sha256));
  }

  /** In short steps; between them the event loop turns. */
  async deleteFilePieces(executionId: string): Promise<void> {
    while (!(await this.#write(() => this.#operations.deleteFilePieces(executionId))));
  }

  tombstoneExpired(finishedBefore: number, limit: number): Promise<void> {
    return this.#write(() => this.#operations.tombstoneExpired(finishedBefore, limit));
  }

  listTombstones(limit: number): Promise<string[]> {
    return this.#read(() => this.#operations.listTombstones(limit));
  }

  /** In short steps; between them the event loop turns. */
  async purge(id: string): Promise<void> {
    while (!(await this.#write(() => this.#operations.purgeStep(id))));
    while (!(await this.#write(() => this.#operations.vacuumStep())));
  }

  /** A creation is never cut here: what is left are payloads of executions whose process died at their end. */
  eraseOrphanedPayloads(): Promise<void> {
    return this.#write(() => this.#operations.eraseOrphanedPayloads());
  }

  async ping(): Promise<void> {
    if (this.#damage) throw this.#damage;
    if (this.#failing) await this.#write(() => this.#operations.checkWritable());
    else await this.#read(() => this.#operations.checkReadable());
  }

  /** Commits what was requested, then closes the file and gives its lock free. */
  async [Symbol.asyncDispose](): Promise<void> {
    if (!this.#database.isOpen) return;
    this.#writes.flush();
    this.#database.close();
  }

  async #read<T>(operation: () => T): Promise<T> {
    this.#assertOpen();
    try {
      return operation();
    } catch (error) {
      throw this.#storeError(error);
    }
  }

  async #write<T>(operation: () => T): Promise<T> {
    this.#assertOpen();
    if (this.#damage) throw this.#damage;
    try {
      const result = await this.#writes.run(operation);
      if (this.#failing) this.#recovered();
      return result;
    } catch (error) {
      const storeError = this.#storeError(error);
      if (storeError instanceof StoreUnavailableError) this.#failed(storeError);
      throw storeError;
    }
  }

  #storeError(error: unknown): unknown {
    const storeError = toStoreError(error);
    if (isDamage(error) && !this.#damage && storeError instanceof StoreUnavailableError) {
      this.#damage = storeError;
      this.#failed(storeError);
    }
    return storeError;
  }

  #failed(error: StoreUnavailableError): void {
    if (!this.#failing) this.#logger?.error({ err: error, file: this.#database.location() }, error.message);
    this.#failing = true;
  }

  #recovered(): void {
    this.#failing = false;
    this.#logger?.info({ file: this.#database.location() }, 'The database can be written again.');
  }

  #assertOpen(): void {
    if (!this.#database.isOpen) throw new StoreUnavailableError('The database is closed.');
  }
}
