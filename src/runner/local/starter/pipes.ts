import { randomBytes, timingSafeEqual } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer, type Server, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { NamedPipes } from './named-pipes.ts';

/** The server's ends of a process's stdin, stdout and stderr. */
export interface ProcessPipes {
  readonly stdin: Socket;
  readonly stdout: Socket;
  readonly stderr: Socket;
}

/** Where the starter connects the pipes of started processes: a socket in a directory of its own, mode 0700. */
export class Pipes implements Disposable {
  readonly path: string;
  /** Without it a connection is closed. Secret. */
  readonly token = randomBytes(16).toString('hex');
  readonly named: NamedPipes;
  readonly #directory: string;
  readonly #server: Server;
  readonly #expected = new Map<
    number,
    {
      readonly count: number;
      readonly sockets: (Socket | undefined)[];
      readonly resolve: (sockets: readonly Socket[]) => unknown;
    }
  >();

  /** Throws when there is no room for a socket in the temporary directory. */
  static async open(): Promise<Pipes> {
    const directory = await mkdtemp(join(tmpdir(), 'podline-'));
    const path = join(directory, 'pipes');
    const server = createServer({ pauseOnConnect: true });
    const pipes = new Pipes(directory, path, server);
    await new Promise<void>((resolve, reject) => {
      server.once('error', reject);
      server.listen(path, resolve);
    });
    server.on('error', () => undefined);
    return pipes;
  }

  private constructor(directory: string, path: string, server: Server) {
    this.#directory = directory;
    this.named = new NamedPipes(directory);
    this.path = path;
    this.#server = server;
    server.on('connection', (socket) => this.#receiveHeader(socket));
  }

  /** Calls back when the first `count` pipes of process `id` are here. */
  expect(id: number, count: number, resolve: (sockets: readonly Socket[]) => unknown): void {
    this.#expected.set(id, { count, sockets: [], resolve });
  }

  /** Closes those pipes of a process that came although not all did. */
  forget(id: number): void {
    for (const socket of this.#expected.get(id)?.sockets ?? []) socket?.destroy();
    this.#expected.delete(id);
  }

  [Symbol.dispose](): void {
    this.#server.close();
    for (const id of [...this.#expected.keys()]) this.forget(id);
    void rm(this.#directory, { recursive: true, force: true }).catch(() => undefined);
  }

  /** `TOKEN ID DESCRIPTOR\n`; what comes after it is the process's. */
  #receiveHeader(socket: Socket): void {
    socket.on('error', () => undefined);
    let header = Buffer.alloc(0);
    const read = (): void => {
      const bytes = socket.read() as Buffer | null;
      if (bytes === null) return;
      header = Buffer.concat([header, bytes]);
      const end = header.indexOf(10);
      if (end === -1 && header.length < HEADER_BYTES) return;
      socket.off('readable', read);
      this.#accept(socket, header.subarray(0, end).toString('latin1'), header.subarray(end + 1));
    };
    socket.on('readable', read);
  }

  #accept(socket: Socket, header: string, rest: Buffer): void {
    const [token = '', id = '', descriptor = ''] = header.split(' ');
    const expected = this.#expected.get(Number(id));
    if (!isSame(token, this.token) || expected === undefined || !/^[012]$/.test(descriptor)) {
      socket.destroy();
      return;
    }
    if (rest.length > 0) socket.unshift(rest);
    expected.sockets[Number(descriptor)] = socket;
    const sockets = expected.sockets.filter((one) => one !== undefined);
    if (sockets.length < expected.count) return;
    this.#expected.delete(Number(id));
    expected.resolve(sockets);
  }
}

/** More than a header of the starter's can have. */
const HEADER_BYTES = 100;

function isSame(given: string, expected: string): boolean {
  const [a, b] = [Buffer.from(given), Buffer.from(expected)];
  return a.length === b.length && timingSafeEqual(a, b);
}
