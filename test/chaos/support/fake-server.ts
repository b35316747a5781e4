import { once } from 'node:events';
import { createServer, type RequestListener, type Server } from 'node:http';
import type { Duplex } from 'node:stream';
import { type WebSocket, WebSocketServer } from 'ws';

export interface FakeServerOptions {
  /** Answers requests. */
  readonly request?: RequestListener;
  /** Takes the subscription of a client, by its id. */
  readonly subscribed?: (socket: WebSocket, id: string) => void;
  /** Answers an upgrade in place of a WebSocket. */
  readonly refuse?: (socket: Duplex) => void;
}

/** A server that says exactly what the test says. */
export class FakeServer implements AsyncDisposable {
  readonly name = 'fake';
  readonly #server: Server;

  private constructor({ request, subscribed, refuse }: FakeServerOptions) {
    this.#server = createServer(request);
    const sockets = new WebSocketServer({ noServer: true });
    this.#server.on('upgrade', (message, stream, head) => {
      if (refuse) refuse(stream);
      else sockets.handleUpgrade(message, stream, head, (socket) => speak(socket, subscribed));
    });
  }

  static async open(options: FakeServerOptions): Promise<FakeServer> {
    const server = new FakeServer(options);
    server.#server.listen(0, '127.0.0.1');
    await once(server.#server, 'listening');
    return server;
  }

  get url(): string {
    const address = this.#server.address();
    if (address === null || typeof address === 'string') throw new Error(`Expected a port, got ${address}.`);
    return `http://127.0.0.1:${address.port}`;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    const closed = once(this.#server, 'close');
    this.#server.close();
    this.#server.closeAllConnections();
    await closed;
  }
}

function speak(socket: WebSocket, subscribed: FakeServerOptions['subscribed']): void {
  socket.on('message', (data) => {
    const { type, id } = JSON.parse(String(data));
    if (type === 'connection_init') socket.send(JSON.stringify({ type: 'connection_ack' }));
    if (type === 'subscribe') subscribed?.(socket, id);
  });
}
