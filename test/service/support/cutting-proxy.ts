import { once } from 'node:events';
import { connect, createServer, type Socket } from 'node:net';

/** A TCP proxy that cuts connections at random, both ends at once and without a word. */
export interface CuttingProxy extends AsyncDisposable {
  readonly url: string;
  /** Connections cut so far. */
  readonly cuts: number;
  /** Sends later connections to another server. */
  retarget(url: string): void;
}

/** Pieces of a server's answers that a connection carries before the cut, at most. */
const MOST_PIECES = 6;

/**
 * Each connection carries 0 to 5 pieces of the server's answers as they arrive, then a part of the next one, then it is
 * cut: in the handshake, in the middle of an event, between two.
 * @param random numbers from 0 to 1
 */
export async function openCuttingProxy(target: string, random: () => number): Promise<CuttingProxy> {
  const sockets = new Set<Socket>();
  let cuts = 0;
  let address = new URL(target);
  const server = createServer((client) => {
    const upstream = connect(Number(address.port), address.hostname);
    let left = Math.floor(random() * MOST_PIECES);
    const drop = () => {
      client.destroy();
      upstream.destroy();
    };
    for (const socket of [client, upstream]) {
      sockets.add(socket);
      socket.on('error', drop).on('close', () => {
        sockets.delete(socket);
        drop();
      });
    }
    client.pipe(upstream);
    upstream.on('data', (bytes) => {
      if (left-- > 0) {
        client.write(bytes);
        return;
      }
      cuts++;
      upstream.pause();
      client.write(bytes.subarray(0, Math.floor(random() * bytes.length)), drop);
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const bound = server.address();
  if (bound === null || typeof bound === 'string') throw new Error(`Expected a port, got ${bound}.`);
  return {
    url: `http://127.0.0.1:${bound.port}`,
    get cuts() {
      return cuts;
    },
    retarget(url) {
      address = new URL(url);
    },
    async [Symbol.asyncDispose]() {
      server.close();
      for (const socket of sockets) socket.destroy();
      await once(server, 'close');
    },
  };
}
