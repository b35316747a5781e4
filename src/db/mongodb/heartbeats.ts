import type { MongoClient } from 'mongodb';

/** What is listened to of a client. */
export interface HeartbeatSource extends Pick<MongoClient, 'on'> {
  readonly options: Pick<MongoClient['options'], 'connectTimeoutMS' | 'heartbeatFrequencyMS'>;
}

/** What the driver's own time-outs may be late on a busy machine, milliseconds. */
const LATE_MS = 2000;

/**
 * Whether the driver still waits for a server's answer to a heartbeat though its own time-outs must have ended that. They
 * do, but for one defect (7.9.0): a command that is written to a socket which the peer has just cut waits for the
 * socket to drain, and for ever. When that befalls the heartbeat, a server that sends no topology version (FerretDB) is
 * never looked at again.
 */
export class Heartbeats {
  readonly #dueAt = new Map<string, number>();
  readonly #now: () => number;

  constructor(client: HeartbeatSource, now: () => number = () => performance.now()) {
    this.#now = now;
    const { connectTimeoutMS, heartbeatFrequencyMS } = client.options;
    // Connecting, then the answer; one that is awaited comes when something changes, or after the frequency.
    const longestMs = 2 * connectTimeoutMS + LATE_MS;
    const answered = ({ connectionId }: { readonly connectionId: string }) => {
      this.#dueAt.delete(connectionId);
    };
    client.on('serverHeartbeatStarted', ({ connectionId, awaited }) => {
      this.#dueAt.set(connectionId, this.#now() + longestMs + (awaited ? heartbeatFrequencyMS : 0));
    });
    client.on('serverHeartbeatSucceeded', answered);
    client.on('serverHeartbeatFailed', answered);
    client.on('serverClosed', ({ address }) => this.#dueAt.delete(address));
  }

  get isOverdue(): boolean {
    return [...this.#dueAt.values()].some((at) => this.#now() > at);
  }
}
