import { MongoClient } from 'mongodb';
import { type Collections, collectionsOf } from './collections.ts';
import { ensureIndexes } from './indexes.ts';
import { type Servers, sentenceOfServers } from './sentences.ts';
import type { Settings } from './settings.ts';

/**
 * The way to the database. It is opened by whoever needs it first: connected, and every index there. Until then each
 * attempt is a new client, because one that could not connect at first never does; from then on the driver itself
 * finds the servers again after an outage.
 */
export class Connection implements AsyncDisposable {
  readonly settings: Settings;
  #opening: Promise<Collections> | null = null;
  #client: MongoClient | null = null;
  #servers: Servers | null = null;

  constructor(settings: Settings) {
    this.settings = settings;
  }

  /** One attempt for all who ask while it is under way. @throws what the driver throws */
  collections(): Promise<Collections> {
    this.#opening ??= this.#open().catch((error: unknown) => {
      this.#opening = null;
      throw error;
    });
    return this.#opening;
  }

  /** Why no server can be used, as seen last; null when one can, or nothing is known. */
  trouble(): string | null {
    const servers = this.#servers;
    if (!servers) return null;
    const isUsable = [...servers.servers.values()].some((server) => server.isWritable);
    return isUsable ? null : sentenceOfServers(servers, this.settings.usesTls);
  }

  /** Cuts what is under way; after it nothing may be asked for any more. */
  async [Symbol.asyncDispose](): Promise<void> {
    const opening = this.#opening;
    await this.#client?.close();
    // An attempt under way ends by the cut.
    await opening?.catch(() => {});
  }

  async #open(): Promise<Collections> {
    const { uri, options, database } = this.settings;
    const client = new MongoClient(uri, options);
    client.on('topologyDescriptionChanged', ({ newDescription }) => {
      this.#servers = newDescription;
    });
    this.#client = client;
    try {
      await client.connect();
      const collections = collectionsOf(client.db(database));
      await ensureIndexes(collections.database);
      return collections;
    } catch (error) {
      const seen = this.#servers;
      await client.close();
      // The close tells of servers that nothing is known of.
      this.#servers = seen;
      throw error;
    }
  }
}
