import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface Asked {
  readonly method: string;
  readonly path: string;
  readonly query: URLSearchParams;
  readonly token: string | undefined;
  readonly body: string;
  readonly accept: string | undefined;
}

export type Respond = (asked: Asked, response: ServerResponse) => void | Promise<void>;

/** A small HTTP server in the place of an API server: what it was asked, and what it shall answer. */
export class FakeApi implements AsyncDisposable {
  readonly asked: Asked[] = [];
  /** TCP connections so far. */
  connections = 0;
  respond: Respond = (_asked, response) => json(response, 200, {});
  readonly #server: Server;

  private constructor(server: Server) {
    this.#server = server;
    server.on('connection', () => {
      this.connections += 1;
    });
    server.on('request', (request, response) => void this.#answer(request, response));
  }

  static async open(respond?: Respond, port = 0): Promise<FakeApi> {
    const server = createServer();
    const api = new FakeApi(server);
    if (respond) api.respond = respond;
    server.listen(port, '127.0.0.1');
    await once(server, 'listening');
    return api;
  }

  get server(): Server {
    return this.#server;
  }

  get port(): number {
    return (this.#server.address() as AddressInfo).port;
  }

  get url(): string {
    return `http://127.0.0.1:${this.port}`;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#server.close();
    this.#server.closeAllConnections();
    if (this.#server.listening) await once(this.#server, 'close');
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const url = new URL(request.url ?? '/', 'http://fake');
    let body = '';
    for await (const part of request) body += part;
    const asked: Asked = {
      method: request.method ?? '',
      path: url.pathname,
      query: url.searchParams,
      token: request.headers.authorization,
      body,
      accept: request.headers.accept,
    };
    this.asked.push(asked);
    await this.respond(asked, response);
  }
}

export function json(response: ServerResponse, code: number, body: object): void {
  response.writeHead(code, { 'content-type': 'application/json' }).end(JSON.stringify(body));
}

/** An object as the API sends it. */
export function wire(name: string, version: number, more: object = {}): object {
  const metadata = { name, uid: `uid-${name}`, resourceVersion: String(version) };
  return { metadata, ...more };
}

export function listOf(version: number, ...items: object[]): object {
  return { metadata: { resourceVersion: String(version) }, items };
}

export function event(type: string, object: object): string {
  return `${JSON.stringify({ type, object })}\n`;
}
