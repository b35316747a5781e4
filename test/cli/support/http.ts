import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** An HTTP server on a free port that does what `answer` does; `requests` counts what came. */
export async function serveHttp(
  answer: (response: ServerResponse, count: number, request: IncomingMessage) => void,
) {
  let requests = 0;
  const server = createServer((request, response) => answer(response, ++requests, request));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    get requests() {
      return requests;
    },
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

/** Answers with JSON. */
export function answerJson(response: ServerResponse, body: unknown, status = 200): void {
  response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
}

/** An address where nobody listens any more. */
export async function closedAddress(): Promise<string> {
  await using server = await serveHttp(() => {});
  return server.url;
}
