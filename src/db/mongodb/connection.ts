import { MongoClient } from 'mongodb';
import { type Collections, collectionsOf, ensureIndexes } from './collections.ts';
import { DOCUMENT_VERSION } from './documents.ts';
import { againOnDuplicate, describeServers, responseWithin, type Servers } from './errors.ts';
import type { Settings } from './settings.ts';

/** How long connecting and making the indexes may take, milliseconds; on a large collection they go on without us. */
const OPEN_MS = 30_000;
const CLOSE_MS = 5000;
/** Operations without a response that a driver may have: each of them keeps a connection of its pool for ever. */
const MAX_UNANSWERED = 5;

/**
 * The way to the database. The first operation opens it: connected, and every index there. Until then each
 * attempt is a new client, because one that could not connect at first never does; from then on the driver itself
 * finds the servers again after an outage, unless it is stuck (see `DriverHeartbeats`) or loses connections to operations that
 * never settle: then there is a new client too.
 */
export class Connection implements AsyncDisposable {
  readonly settings: Settings;
  #opening: Promise<Collections> | null = null;
  #client: MongoClient | null = null;
  #heartbeats: DriverHeartbeats | null = null;
  #servers: Servers | null = null;
  /** Of this client. */
  #unanswered = 0;

  constructor(settings: Settings) {
    this.settings = settings;
  }

  /** One attempt for all that ask while it is under way. @throws what the driver throws */
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

  /** An operation on what `collections` gave was given up without a response. */
  operationTimedOut(): void {
    this.#unanswered++;
  }

  /** Why no server can be used, as seen last; null when one can, or nothing is known. */
  lastError(): string | null {
    const servers = this.#servers;
    if (!servers) return null;
    const isUsable = [...servers.servers.values()].some((server) => server.isWritable);
    return isUsable ? null : describeServers(servers, this.settings.usesTls);
  }

  /** Cuts what is under way; after it nothing may be requested. */
  async [Symbol.asyncDispose](): Promise<void> {
    const opening = this.#opening;
    if (this.#client) await close(this.#client);
    // An attempt under way ends by the cut.
    await opening?.catch(() => {});
  }

  #isStuck(): boolean {
    if (this.#unanswered >= MAX_UNANSWERED) return true;
    return (this.#heartbeats?.isOverdue ?? false) && this.lastError() !== null;
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
    this.#heartbeats = new DriverHeartbeats(client);
    client.on('topologyDescriptionChanged', ({ newDescription }) => {
      // One that is being closed reports servers until it is closed.
      if (this.#client === client) this.#servers = newDescription;
    });
    this.#client = client;
    try {
      await responseWithin(OPEN_MS, client.connect());
      const collections = collectionsOf(client.db(database));
      await responseWithin(OPEN_MS, ensureIndexes(collections.database));
      return collections;
    } catch (error) {
      const seen = this.#servers;
      await close(client);
      // The close reports servers of which nothing is known.
      this.#servers = seen;
      throw error;
    }
  }
}

/** Never rejects: what is not closed by then is not used any more. */
async function close(client: MongoClient): Promise<void> {
  await responseWithin(CLOSE_MS, client.close()).catch(() => {});
}

/** What is listened to of a client. */
export interface HeartbeatSource extends Pick<MongoClient, 'on'> {
  readonly options: Pick<MongoClient['options'], 'connectTimeoutMS' | 'heartbeatFrequencyMS'>;
}

/** What the driver's own time-outs may be late on a busy machine, milliseconds. */
const LATE_MS = 2000;

/**
 * Whether the driver still waits for a server's response to a heartbeat though its own time-outs must have ended that. They
 * do, but for one defect (7.9.0): a command that is written to a socket which the peer has just cut waits for the
 * socket to drain, and for ever. When that befalls the heartbeat, a server that sends no topology version (FerretDB) is
 * never checked again.
 */
export class DriverHeartbeats {
  readonly #dueAt = new Map<string, number>();
  readonly #now: () => number;

  constructor(client: HeartbeatSource, now: () => number = () => performance.now()) {
    this.#now = now;
    const { connectTimeoutMS, heartbeatFrequencyMS } = client.options;
    // Connecting, then the response; one that is awaited comes when something changes, or after the frequency.
    const maxMs = 2 * connectTimeoutMS + LATE_MS;
    const responded = ({ connectionId }: { readonly connectionId: string }) => {
      this.#dueAt.delete(connectionId);
    };
    client.on('serverHeartbeatStarted', ({ connectionId, awaited }) => {
      this.#dueAt.set(connectionId, this.#now() + maxMs + (awaited ? heartbeatFrequencyMS : 0));
    });
    client.on('serverHeartbeatSucceeded', responded);
    client.on('serverHeartbeatFailed', responded);
    client.on('serverClosed', ({ address }) => this.#dueAt.delete(address));
  }

  get isOverdue(): boolean {
    return [...this.#dueAt.values()].some((at) => this.#now() > at);
  }
}

/** Rejects when the primary does not respond. */
export async function checkReadable({ database }: Collections): Promise<void> {
  await database.command({ ping: 1 });
}

/** Rejects when a majority does not take a write. */
export async function checkWritable({ meta }: Collections): Promise<void> {
  const written = { $set: { v: DOCUMENT_VERSION, at: new Date() } };
  await againOnDuplicate(() => meta.updateOne({ _id: 'ping' }, written, { upsert: true }));
}
