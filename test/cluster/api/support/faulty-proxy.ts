import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net';

/** Stands between a client and the API server, and fails as networks do. */
export class FaultyProxy implements AsyncDisposable {
  readonly #to: URL;
  readonly #server: Server;
  readonly #pairs = new Set<readonly [Socket, Socket]>();
  #state: 'open' | 'refusing' | 'silent' = 'open';

  private constructor(to: URL) {
    this.#to = to;
    this.#server = createServer({ noDelay: true }, (client) => this.#join(client));
  }

  static async open(to: URL): Promise<FaultyProxy> {
    const proxy = new FaultyProxy(to);
    proxy.#server.listen(0, '127.0.0.1');
    await once(proxy.#server, 'listening');
    return proxy;
  }

  get url(): string {
    return `https://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  get connections(): number {
    return this.#pairs.size;
  }

  /** Cuts all connections that there are. */
  cut(): void {
    for (const pair of this.#pairs) for (const socket of pair) socket.destroy();
  }

  /** Takes connections and drops them at once; those there are stay. */
  refuse(): void {
    this.#state = 'refusing';
  }

  /** Passes nothing on any longer, and tells nobody. */
  fallSilent(): void {
    this.#state = 'silent';
    for (const pair of this.#pairs) for (const socket of pair) socket.pause();
  }

  /** Works again, for what is opened from now on. */
  heal(): void {
    this.#state = 'open';
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#server.close();
    this.cut();
    if (this.#server.listening) await once(this.#server, 'close');
  }

  #join(client: Socket): void {
    client.on('error', () => {});
    if (this.#state === 'refusing') {
      client.destroy();
      return;
    }
    const server = connect({ host: this.#to.hostname, port: Number(this.#to.port || 443), noDelay: true });
    server.on('error', () => {});
    const pair = [client, server] as const;
    this.#pairs.add(pair);
    for (const [one, other] of [
      [client, server],
      [server, client],
    ] as const) {
      one.on('close', () => {
        this.#pairs.delete(pair);
        other.destroy();
      });
      if (this.#state === 'open') one.pipe(other);
    }
  }
}
