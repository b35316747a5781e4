import type { WebSocket } from 'ws';
import type { Principal } from '../../executions/caller.ts';
import type { Intake } from './intake.ts';
import type { Outbox } from './outbox.ts';

/** One WebSocket: kept small, and free of the request that opened it, because there may be thousands. */
export class Connection {
  readonly socket: WebSocket;
  /** What the upgrade request's header said, until `connection_init`, which may say otherwise. */
  authorization: string | undefined;
  /** Null until `connection_init` was accepted. */
  principal: Principal | null = null;
  /** What its client has sent and we hold. */
  readonly intake: Intake;
  readonly openedAt = performance.now();
  readonly outbox: Outbox;
  /** Messages being worked on: a subscription counts as long as it lasts. */
  pending = 0;
  /** Pings in a row that were not answered. */
  missedPongs = 0;
  /** Where `KeepAlive` has it. */
  slot = 0;

  constructor(socket: WebSocket, authorization: string | undefined, intake: Intake, outbox: Outbox) {
    this.socket = socket;
    this.authorization = authorization;
    this.intake = intake;
    this.outbox = outbox;
  }

  get isClosed(): boolean {
    return this.socket.readyState !== this.socket.OPEN;
  }
}

/** Slots that a period is cut into, so that thousands of sockets are not pinged all at once. */
const SLOTS = 12;
/** Unanswered pings before a socket counts as dead. Two, so that a process that was stalled itself does not cut everybody. */
const MISSED_PONGS = 2;

/**
 * Pings every connection once in a period and ends those that do not answer: gone, or never reading; and those that do not
 * get to the end of a message. One timer for all.
 */
export class KeepAlive {
  readonly #slots = Array.from({ length: SLOTS }, () => new Set<Connection>());
  readonly #timer: NodeJS.Timeout;
  #next = 0;

  /** @param periodMs how often each connection is pinged, milliseconds */
  constructor(periodMs: number) {
    this.#timer = setInterval(() => this.#tick(), Math.ceil(periodMs / SLOTS));
  }

  add(connection: Connection): void {
    // The slot that was served last: its first ping is a whole period away.
    connection.slot = (this.#next + SLOTS - 1) % SLOTS;
    this.#slots[connection.slot]?.add(connection);
  }

  remove(connection: Connection): void {
    this.#slots[connection.slot]?.delete(connection);
  }

  *[Symbol.iterator](): Generator<Connection> {
    for (const slot of this.#slots) yield* slot;
  }

  [Symbol.dispose](): void {
    clearInterval(this.#timer);
  }

  #tick(): void {
    const now = performance.now();
    for (const connection of this.#slots[this.#next] ?? []) {
      const { socket, intake } = connection;
      if (connection.missedPongs >= MISSED_PONGS || intake.isStuck(now)) {
        socket.terminate();
      } else if (socket.readyState === socket.OPEN) {
        connection.missedPongs++;
        socket.ping();
      }
    }
    this.#next = (this.#next + 1) % SLOTS;
  }
}

/** How long a client has for its `connection_init` before it may have to make room for another, milliseconds. */
const UNDISTURBED_MS = 1000;

/**
 * WebSockets whose clients have not said who they are. They have a bound of their own, so that nobody's sockets do not keep
 * out those of callers; at the bound the oldest goes, once it had its time.
 */
export class Newcomers {
  /** In the order in which they came. */
  readonly #connections = new Set<Connection>();
  readonly #max: number;

  constructor(max: number) {
    this.#max = max;
  }

  /** Whether one more may come. Cuts the oldest for it when that takes too long. */
  makeRoom(): boolean {
    if (this.#connections.size < this.#max) return true;
    const [oldest] = this.#connections;
    if (oldest === undefined || performance.now() - oldest.openedAt < UNDISTURBED_MS) return false;
    oldest.socket.terminate();
    this.#connections.delete(oldest);
    return true;
  }

  add(connection: Connection): void {
    this.#connections.add(connection);
  }

  /** It is known now, or gone. */
  delete(connection: Connection): void {
    this.#connections.delete(connection);
  }
}
