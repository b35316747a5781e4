import { once } from 'node:events';
import { connect, createServer, type Server, type Socket } from 'node:net';

/** Where a gate leads. */
export interface Target {
  readonly host: string;
  readonly port: number;
}

type Pair = readonly [client: Socket, upstream: Socket];

/**
 * A way over TCP that can be failed. It lets bytes through as they are; or it refuses, when connections are cut and new
 * ones cut at once; or it is frozen, when connections stay and nothing passes until it opens again.
 */
export class Gate implements AsyncDisposable {
  readonly #target: Target;
  readonly #server: Server;
  readonly #pairs = new Set<Pair>();
  #state: 'open' | 'refusing' | 'frozen' = 'open';

  private constructor(target: Target) {
    this.#target = target;
    this.#server = createServer((client) => this.#accept(client));
  }

  static async open(target: Target): Promise<Gate> {
    const gate = new Gate(target);
    gate.#server.listen(0, '127.0.0.1');
    await once(gate.#server, 'listening');
    return gate;
  }

  get port(): number {
    const address = this.#server.address();
    if (address === null || typeof address === 'string') throw new Error(`Expected a port, got ${address}.`);
    return address.port;
  }

  /** Cuts each connection, both ends at once, that `chosen` says; new ones are let through. */
  cut(chosen: () => boolean = () => true): void {
    for (const pair of [...this.#pairs]) if (chosen()) this.#drop(pair);
  }

  refuse(): void {
    this.#state = 'refusing';
    this.cut();
  }

  freeze(): void {
    this.#state = 'frozen';
    for (const [client, upstream] of this.#pairs) {
      client.unpipe(upstream);
      upstream.unpipe(client);
    }
  }

  /** Lets everything through, first what was held back. */
  pass(): void {
    const wasFrozen = this.#state === 'frozen';
    this.#state = 'open';
    if (wasFrozen) for (const pair of this.#pairs) join(pair);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (!this.#server.listening) return;
    this.#server.close();
    for (const pair of [...this.#pairs]) this.#drop(pair);
    await once(this.#server, 'close');
  }

  #accept(client: Socket): void {
    client.on('error', () => {});
    if (this.#state === 'refusing') {
      client.resetAndDestroy();
      return;
    }
    const pair: Pair = [client, connect(this.#target)];
    this.#pairs.add(pair);
    for (const socket of pair) {
      socket.setNoDelay();
      socket.on('error', () => {});
      socket.on('close', () => {
        this.#pairs.delete(pair);
        for (const one of pair) one.destroy();
      });
    }
    if (this.#state === 'open') join(pair);
  }

  #drop(pair: Pair): void {
    for (const socket of pair) socket.destroy();
  }
}

function join([client, upstream]: Pair): void {
  client.pipe(upstream).pipe(client);
}
