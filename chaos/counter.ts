import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import { networkInterfaces } from 'node:os';

/**
 * Counts the starts of programs, which report here when they start, and hears from some which line they have printed.
 * Pods reach it only because the test bed enforces no network policy.
 */
export class Counter implements AsyncDisposable {
  readonly host: string;
  readonly #server: Server;
  /** By the key of the program: what each start called itself. A report that is repeated counts once. */
  readonly #starts = new Map<string, Set<string>>();
  /** By the key of the program. */
  readonly #printed = new Map<string, number>();

  private constructor(host: string) {
    this.host = host;
    this.#server = createServer(({ url = '' }, response) => {
      const isHeard = this.#hear(url);
      response.writeHead(isHeard ? 200 : 404, { connection: 'close' }).end();
    });
  }

  /** @param host this machine's address as pods find it */
  static async open(host: string): Promise<Counter> {
    const counter = new Counter(host);
    counter.#server.listen(0, host);
    await once(counter.#server, 'listening');
    return counter;
  }

  get port(): number {
    const address = this.#server.address();
    if (address === null || typeof address === 'string') throw new Error(`Expected a port, got ${address}.`);
    return address.port;
  }

  /** How often the program of this key was started. */
  starts(key: string): number {
    return this.#starts.get(key)?.size ?? 0;
  }

  /** Number of the last line that the program of this key told to have printed; 0: none. */
  printed(key: string): number {
    return this.#printed.get(key) ?? 0;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (!this.#server.listening) return;
    const closed = once(this.#server, 'close');
    this.#server.close();
    this.#server.closeAllConnections();
    await closed;
  }

  /** `/started/KEY/START` or `/printed/KEY/LINE`. */
  #hear(path: string): boolean {
    const [, what, key = '', value = ''] = path.split('/');
    if (key === '' || value === '') return false;
    if (what === 'started') this.#starts.set(key, (this.#starts.get(key) ?? new Set()).add(value));
    else if (what === 'printed') this.#printed.set(key, Math.max(this.printed(key), Number(value)));
    else return false;
    return true;
  }
}

/** TESTBED_ADDRESS, else this machine's first address that is neither loopback nor the pods' bridge. */
export function addressForPods(named: string | undefined): string {
  if (named) return named;
  const all = Object.values(networkInterfaces()).flatMap((addresses) => addresses ?? []);
  const found = all.find(
    ({ family, internal, address }) => family === 'IPv4' && !internal && !address.startsWith('10.88.'),
  );
  if (!found) throw new Error('TESTBED_ADDRESS: expected where pods find this machine, got nothing.');
  return found.address;
}
