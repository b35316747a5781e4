import { once } from 'node:events';
import { connect, createServer, type Server, type Socket } from 'node:net';

/** The way between a server and its cluster's API, for tests to cut: bytes pass as they are. */
export class ApiProxy implements AsyncDisposable {
  readonly #target: URL;
  readonly #port: number;
  readonly #pairs = new Set<readonly [Socket, Socket]>();
  #server: Server | null = null;
  /** Connections cut so far. */
  cuts = 0;

  /** @param port where it will listen on loopback once opened */
  constructor(target: URL, port: number) {
    this.#target = target;
    this.#port = port;
  }

  get url(): string {
    return `https://127.0.0.1:${this.#port}`;
  }

  /** Lets connections through; before that they are refused. */
  async open(): Promise<void> {
    const server = createServer((client) => this.#pass(client));
    server.listen(this.#port, '127.0.0.1');
    await once(server, 'listening');
    this.#server = server;
  }

  /** Cuts each connection, both ends at once and without a word, that `chosen` says. */
  cut(chosen: () => boolean = () => true): void {
    for (const pair of [...this.#pairs]) {
      if (!chosen()) continue;
      this.cuts++;
      for (const socket of pair) socket.destroy();
    }
  }

  /** Cuts all connections and refuses new ones. */
  async close(): Promise<void> {
    const server = this.#server;
    this.#server = null;
    server?.close();
    this.cut();
    if (server) await once(server, 'close');
  }

  #pass(client: Socket): void {
    const { hostname, port } = this.#target;
    const pair = [client, connect(Number(port || 443), hostname)] as const;
    this.#pairs.add(pair);
    for (const socket of pair) {
      socket.on('error', () => {});
      socket.on('close', () => {
        this.#pairs.delete(pair);
        for (const one of pair) one.destroy();
      });
    }
    pair[0].pipe(pair[1]).pipe(pair[0]);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
  }
}
