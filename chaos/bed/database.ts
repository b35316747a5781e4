import { randomBytes } from 'node:crypto';
import { MongoClient } from 'mongodb';
import { chunkRange, seqOf } from '../../src/db/mongodb/chunks.ts';
import { collectionsOf } from '../../src/db/mongodb/collections.ts';
import { eraseOrphanedPayloads } from '../../src/db/mongodb/input.ts';
import type { Target } from '../gate.ts';
import type { Chunk } from '../life/operations.ts';

/** By then the sweep counts every input of the run as orphaned. */
const SWEEP_AHEAD_MS = 2 * 60 * 60_000;

/** A database of this run alone, looked at past the servers and their gates; dropped at the end. */
export class Database implements AsyncDisposable {
  readonly name: string;
  readonly #uri: URL;
  readonly #client: MongoClient;

  private constructor(server: string) {
    this.name = `podline_chaos_${randomBytes(4).toString('hex')}`;
    this.#uri = new URL(server);
    this.#uri.pathname = `/${this.name}`;
    this.#client = new MongoClient(this.#uri.href, { serverSelectionTimeoutMS: 3000 });
  }

  /** @param server connection string of one server, like the test bed's */
  static async open(server: string): Promise<Database> {
    const database = new Database(server);
    await database.#client.connect();
    return database;
  }

  get target(): Target {
    return { host: this.#uri.hostname, port: Number(this.#uri.port || 27017) };
  }

  /** The connection string by way of another address. */
  uriBy(port: number): string {
    const uri = new URL(this.#uri);
    uri.host = `127.0.0.1:${port}`;
    return uri.href;
  }

  /** What is wrong with what is stored of an output that was seen; null when nothing is. */
  async checkOutput(executionId: string, seen: readonly Chunk[]): Promise<string | null> {
    const { output } = this.#collections();
    const found = await output
      .find({ _id: chunkRange(executionId, 0) }, { sort: { _id: 1 }, limit: seen.length })
      .toArray();
    const differs = seen.findIndex(({ seq, stream, text }, index) => {
      const stored = found[index];
      return !stored || seqOf(stored) !== seq || stored.stream !== stream || stored.text !== text;
    });
    if (differs < 0) return null;
    return `expected chunk ${differs + 1} of ${seen.length} to be stored as it was seen, got ${found.length} chunks`;
  }

  /** The test bed's server reads all of a collection for most questions: what was looked at makes room. */
  async forgetOutput(executionId: string): Promise<void> {
    await this.#collections().output.deleteMany({ _id: chunkRange(executionId, 0) });
  }

  /** How an execution stands, for whoever reads why it did not end. */
  async describe(executionId: string): Promise<string> {
    const { executions } = this.#collections();
    const fields = ['status', 'message', 'owner', 'epoch', 'runner', 'startedAt', 'cancelRequestedAt'];
    const projection = Object.fromEntries(fields.map((field) => [field, 1]));
    return JSON.stringify(await executions.findOne({ _id: executionId }, { projection }));
  }

  /**
   * Executions whose input, which may hold secrets, is still stored. A server that dies between the input and the record of a
   * submission leaves an input without a record: that may stay until the hourly sweep, which is made here.
   */
  async inputsLeft(): Promise<string[]> {
    const collections = this.#collections();
    const ids = async (): Promise<string[]> => {
      const found = await collections.payloads.find({}, { projection: { _id: 1 } }).toArray();
      return found.map(({ _id }) => _id);
    };
    const recorded = await collections.executions
      .find({ _id: { $in: await ids() } })
      .project<{ _id: string }>({ _id: 1 })
      .toArray();
    await eraseOrphanedPayloads(collections, Date.now() + SWEEP_AHEAD_MS);
    return [...recorded.map(({ _id }) => _id), ...(await ids())];
  }

  async [Symbol.asyncDispose](): Promise<void> {
    try {
      await this.#client.db(this.name).dropDatabase();
    } finally {
      await this.#client.close();
    }
  }

  #collections() {
    return collectionsOf(this.#client.db(this.name));
  }
}
