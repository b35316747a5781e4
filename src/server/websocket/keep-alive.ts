import type { Connection } from './connection.ts';

/** Slots that a period is cut into, so that thousands of sockets are not pinged all at once. */
const SLOTS = 12;
/** Unanswered pings before a socket counts as dead. Two, so that a process that was stalled itself does not cut everybody. */
const MISSED_PONGS = 2;

/** Pings every connection once in a period and ends those that do not answer: gone, or never reading. One timer for all. */
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
    for (const connection of this.#slots[this.#next] ?? []) {
      const { socket } = connection;
      if (connection.missedPongs >= MISSED_PONGS) {
        socket.terminate();
      } else if (socket.readyState === socket.OPEN) {
        connection.missedPongs++;
        socket.ping();
      }
    }
    this.#next = (this.#next + 1) % SLOTS;
  }
}
