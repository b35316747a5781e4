import WebSocket from 'ws';

/** A WebSocket that tells why the server refused to open it, as graphql-ws does not. */
export class FollowSocket extends WebSocket {
  /** Status of an HTTP answer that came instead of a WebSocket; null when there was none. */
  refusedStatus: number | null = null;

  constructor(url: string, protocols: string) {
    super(url, protocols, { handshakeTimeout: HANDSHAKE_MS });
    this.once('unexpected-response', (_request, response) => {
      this.refusedStatus = response.statusCode ?? null;
      this.terminate();
    });
  }
}

/** Milliseconds the server has to open a WebSocket. */
const HANDSHAKE_MS = 10_000;
