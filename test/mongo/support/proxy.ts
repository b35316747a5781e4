import { once } from 'node:events';
import { connect, createServer, type Server, type Socket } from 'node:net';

/** A way to the database that the test may cut, close and open again. */
export interface DatabaseProxy extends AsyncDisposable {
  /** `host:port`, the same as long as it lives. */
  readonly address: string;
  /** Cuts every connection without a word; new ones are let through. */
  cut(): void;
  /** Cuts every connection, and refuses new ones. */
  close(): Promise<void>;
  open(): Promise<void>;
  /** Lets nothing through any more in either direction, and keeps every connection; new ones too. */
  stall(): void;
  /** Connections made so far. */
  readonly connections: number;
}

export interface ProxyOptions {
  /** Sees every piece that clients send, by connection. */
  readonly onRequest?: (bytes: Buffer, connection: number) => void;
  /** Sees every piece that the server answers; says whether to cut the connection instead of passing it on. */
  readonly cutsAnswer?: (bytes: Buffer, connection: number) => boolean;
}

/** @param target `host:port` */
export async function openProxy(
  target: string,
  { onRequest = () => {}, cutsAnswer = () => false }: ProxyOptions = {},
): Promise<DatabaseProxy> {
  const [host = '', targetPort = ''] = target.split(':');
  const sockets = new Set<Socket>();
  let connections = 0;
  let stalled = false;
  let server: Server | null = null;
  let port = 0;

  function pass(client: Socket): void {
    const number = connections++;
    const upstream = connect(Number(targetPort), host);
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
    client.on('data', (bytes: Buffer) => {
      onRequest(bytes, number);
      if (!stalled) upstream.write(bytes);
    });
    upstream.on('data', (bytes: Buffer) => {
      if (cutsAnswer(bytes, number)) drop();
      else if (!stalled) client.write(bytes);
    });
  }

  async function open(): Promise<void> {
    stalled = false;
    server = createServer(pass).listen(port, '127.0.0.1');
    await once(server, 'listening');
    const address = server.address();
    if (address === null || typeof address === 'string') throw new Error(`Expected a port, got ${address}.`);
    port = address.port;
  }

  function cut(): void {
    for (const socket of sockets) socket.destroy();
  }

  async function close(): Promise<void> {
    if (!server) return;
    const closed = once(server, 'close');
    server.close();
    server = null;
    cut();
    await closed;
  }

  await open();
  return {
    address: `127.0.0.1:${port}`,
    cut,
    close,
    open,
    stall() {
      stalled = true;
    },
    get connections() {
      return connections;
    },
    [Symbol.asyncDispose]: close,
  };
}
