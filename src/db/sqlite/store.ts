import type { DatabaseSync } from 'node:sqlite';
import { StoreUnavailableError } from '../../executions/errors.ts';
import type { Chunk, Execution, ExecutionChange, Payload } from '../../executions/execution.ts';
import type {
  CallerQueue,
  ChunkRange,
  Expected,
  ListQuery,
  ScanPage,
  Store,
  UnderWay,
} from '../../executions/store.ts';
import type { Logger } from '../../executions/telemetry.ts';
import { toStoreError } from './errors.ts';
import { prepareOperations } from './operations.ts';
import { Writes } from './writes.ts';

/**
 * The store on one SQLite file (or in memory) that this process has for itself. Reads are answered at once, writes at
 * the end of the event loop's turn, all of that turn in one transaction (`Writes`).
 *
 * After an error that may pass the store goes on: each call tries anew. Once closed every call throws
 * `StoreUnavailableError`.
 */
export class SqliteStore implements Store {
  readonly kind = 'sqlite';
  readonly storesBeforeShowing = true;
  readonly sharing = null;

  readonly #database: DatabaseSync;
  readonly #logger: Logger | undefined;
  readonly #operations: ReturnType<typeof prepareOperations>;
  readonly #writes: Writes;
  /** Whether the last write failed in a way that may pass; logged when it changes, and `ping` then tries a write. */
  #failing = false;

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

  appendChunks(batches: readonly { executionId: string; chunks: readonly Chunk[] }[]): Promise<void> {
    return this.#write(() => this.#operations.appendChunks(batches));
  }

  readChunks(executionId: string, range: ChunkRange): Promise<Chunk[]> {
    return this.#read(() => this.#operations.readChunks(executionId, range));
  }

  summarizeChunks(executionId: string): Promise<{ lastSeq: number; bytes: number }> {
    return this.#read(() => this.#operations.summarizeChunks(executionId));
  }

  hideExpired(finishedBefore: number, limit: number): Promise<string[]> {
    return this.#write(() => this.#operations.hideExpired(finishedBefore, limit));
  }

  /** In short steps; between them the event loop turns. */
  async removeHidden(id: string): Promise<void> {
    while (!(await this.#write(() => this.#operations.removeHiddenStep(id))));
    while (!(await this.#write(() => this.#operations.vacuumStep())));
  }

  async ping(): Promise<void> {
    if (this.#failing) await this.#write(() => this.#operations.checkWritable());
    else await this.#read(() => this.#operations.checkReadable());
  }

  /** Commits what was asked for, then closes the file and gives its lock free. */
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
      throw toStoreError(error);
    }
  }

  async #write<T>(operation: () => T): Promise<T> {
    this.#assertOpen();
    try {
      const result = await this.#writes.run(operation);
      if (this.#failing) this.#recovered();
      return result;
    } catch (error) {
      const storeError = toStoreError(error);
      if (storeError instanceof StoreUnavailableError) this.#failed(storeError);
      throw storeError;
    }
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
