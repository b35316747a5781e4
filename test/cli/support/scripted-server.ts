import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type WebSocket, WebSocketServer } from 'ws';

/** What the server does with subscription number `attempt` (1, 2, …): answers through `send`, or closes the socket. */
export type Script = (subscription: {
  readonly attempt: number;
  readonly after: number;
  readonly authorization: unknown;
  readonly socket: WebSocket;
  /** Sends one message of the protocol for this subscription. */
  send(type: 'next' | 'error' | 'complete', payload?: unknown): void;
}) => void;

/** A server that speaks the WebSocket protocol by hand, to say what a real one says rarely. */
export async function openScriptedServer(script: Script, refuseWith?: number) {
  const http = createServer();
  const sockets = new WebSocketServer({ noServer: true, handleProtocols: () => 'graphql-transport-ws' });
  let attempts = 0;
  http.on('upgrade', (request, socket, head) => {
    if (refuseWith !== undefined) {
      attempts++;
      socket.end(`HTTP/1.1 ${refuseWith} Refused\r\nContent-Length: 0\r\nConnection: close\r\n\r\n`);
      return;
    }
    sockets.handleUpgrade(request, socket, head, (webSocket) => serve(webSocket));
  });

  function serve(socket: WebSocket): void {
    let authorization: unknown;
    socket.on('message', (bytes) => {
      const message = JSON.parse(String(bytes));
      if (message.type === 'connection_init') {
        authorization = message.payload?.authorization;
        socket.send(JSON.stringify({ type: 'connection_ack' }));
      }
      if (message.type !== 'subscribe') return;
      attempts++;
      script({
        attempt: attempts,
        after: message.payload.variables.after,
        authorization,
        socket,
        send: (type, payload) => socket.send(JSON.stringify({ id: message.id, type, payload })),
      });
    });
  }

  await new Promise<void>((resolve) => http.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(http.address() as AddressInfo).port}/graphql`,
    get attempts() {
      return attempts;
    },
    async [Symbol.asyncDispose]() {
      for (const socket of sockets.clients) socket.terminate();
      http.closeAllConnections();
      await new Promise((resolve) => http.close(resolve));
    },
  };
}
