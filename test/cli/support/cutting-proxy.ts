import { type AddressInfo, connect, createServer, type Socket } from 'node:net';

/** A TCP proxy that cuts connections, both ends at once and without a word. */
export interface CuttingProxy extends AsyncDisposable {
  readonly url: string;
  /** Connections cut so far. */
  readonly cuts: number;
}

/**
 * @param target URL of the server behind it
 * @param lengthOf how many bytes of the server's answers a connection may carry before it is cut, for connection 1, 2, 3, …
 */
export async function openCuttingProxy(
  target: string,
  lengthOf: (connection: number) => number,
): Promise<CuttingProxy> {
  const { hostname, port } = new URL(target);
  const sockets = new Set<Socket>();
  let [connections, cuts] = [0, 0];
  const server = createServer((client) => {
    let left = lengthOf(++connections);
    const upstream = connect(Number(port), hostname);
    const drop = () => {
      client.destroy();
      upstream.destroy();
    };
    for (const socket of [client, upstream]) {
      sockets.add(socket);
      socket.on('error', drop);
      socket.on('close', () => {
        sockets.delete(socket);
        drop();
      });
    }
    client.pipe(upstream);
    upstream.on('data', (bytes) => {
      left -= bytes.length;
      if (left < 0) {
        cuts++;
        drop();
      } else if (!client.write(bytes)) {
        upstream.pause();
        client.once('drain', () => upstream.resume());
      }
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    get cuts() {
      return cuts;
    },
    async [Symbol.asyncDispose]() {
      for (const socket of sockets) socket.destroy();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

/** Numbers from 0 to 1 that are the same for the same seed, so that a failed test can be run again. */
export function seededRandom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state * 48271) % 2147483647;
    return state / 2147483647;
  };
}
