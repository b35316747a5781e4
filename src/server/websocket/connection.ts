import type { WebSocket } from 'ws';
import type { Caller } from '../../executions/caller.ts';

/** One WebSocket: kept small, and free of the request that opened it, because there may be thousands. */
export class Connection {
  readonly socket: WebSocket;
  /** What the upgrade request's header said; `connection_init` may say otherwise. */
  caller: Caller | null;
  /** Messages being worked on: a subscription counts as long as it lasts. */
  pending = 0;
  /** Pings in a row that were not answered. */
  missedPongs = 0;
  /** Where `KeepAlive` has it. */
  slot = 0;

  constructor(socket: WebSocket, caller: Caller | null) {
    this.socket = socket;
    this.caller = caller;
  }
}
