import { MongoClient } from 'mongodb';
import { type Collections, collectionsOf } from './collections.ts';
import { Heartbeats } from './heartbeats.ts';
import { ensureIndexes } from './indexes.ts';
import { type Servers, sentenceOfServers } from './sentences.ts';
import type { Settings } from './settings.ts';
import { answeredWithin } from './within.ts';

/** How long connecting and making the indexes may take, milliseconds; on a large collection they go on without us. */
const OPEN_MS = 30_000;
const CLOSE_MS = 5000;
/** Operations without an answer that a driver may have: each of them keeps a connection of its pool for ever. */
const MOST_UNANSWERED = 5;

/**
 * The way to the database. It is opened by whoever needs it first: connected, and every index there. Until then each
 * attempt is a new client, because one that could not connect at first never does; from then on the driver itself
 * finds the servers again after an outage, unless it is stuck (see `Heartbeats`) or loses connections to operations that
 * never settle: then there is a new client too.
 */
export class Connection implements AsyncDisposable {
  readonly settings: Settings;
  #opening: Promise<Collections> | null = null;
  #client: MongoClient | null = null;
  #heartbeats: Heartbeats | null = null;
  #servers: Servers | null = null;
  /** Of this client. */
  #unanswered = 0;

  constructor(settings: Settings) {
    this.settings = settings;
  }

  /** One attempt for all who ask while it is under way. @throws what the driver throws */
  collections(): Promise<Collections> {
    if (this.#isStuck()) this.#letGo();
    if (this.#opening) return this.#opening;
    const opening = this.#open().catch((error: unknown) => {
      if (this.#opening === opening) this.#opening = null;
      throw error;
    });
    this.#opening = opening;
    return opening;
  }

  /** An operation on what `collections` gave was given up without an answer. */
  unanswered(): void {
    this.#unanswered++;
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
    if (this.#client) await close(this.#client);
    // An attempt under way ends by the cut.
    await opening?.catch(() => {});
  }

  #isStuck(): boolean {
    if (this.#unanswered >= MOST_UNANSWERED) return true;
    return (this.#heartbeats?.isOverdue ?? false) && this.trouble() !== null;
  }

  #letGo(): void {
    const client = this.#client;
    this.#opening = null;
    this.#client = null;
    this.#heartbeats = null;
    this.#unanswered = 0;
    if (client) void close(client);
  }

  async #open(): Promise<Collections> {
    const { uri, options, database } = this.settings;
    const client = new MongoClient(uri, options);
    this.#heartbeats = new Heartbeats(client);
    client.on('topologyDescriptionChanged', ({ newDescription }) => {
      // One that was let go of tells of servers until it is closed.
      if (this.#client === client) this.#servers = newDescription;
    });
    this.#client = client;
    try {
      await answeredWithin(OPEN_MS, client.connect());
      const collections = collectionsOf(client.db(database));
      await answeredWithin(OPEN_MS, ensureIndexes(collections.database));
      return collections;
    } catch (error) {
      const seen = this.#servers;
      await close(client);
      // The close tells of servers that nothing is known of.
      this.#servers = seen;
      throw error;
    }
  }
}

/** Never rejects: what is not closed by then is not used any more. */
async function close(client: MongoClient): Promise<void> {
  await answeredWithin(CLOSE_MS, client.close()).catch(() => {});
}
