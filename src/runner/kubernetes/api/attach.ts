import type { IncomingMessage } from 'node:http';
import { WebSocket } from 'ws';
import type { AttachedStream, AttachHandlers } from '../cluster.ts';
import { CONTAINER } from '../job/names.ts';
import type { Api } from './api.ts';
import { Attached, type AttachedEnd } from './attached.ts';
import { ATTEMPT_MS, STATUS_BYTES, STDOUT_MESSAGE_BYTES } from './bounds.ts';
import type { Access } from './credentials.ts';
import { ApiError, type ApiOperation } from './error.ts';
import { readText } from './exchange.ts';
import { failureOf, type Status, unreachable } from './failures.ts';
import { pathOf } from './list.ts';
import { isRecord, PODS } from './objects.ts';

/**
 * Tried in this order; for stdin and stdout they are the same. A server that speaks the fifth takes it whenever it is
 * offered, and says that the stream is open before it has asked the node: that there is no such container is told later,
 * and more of what the pod prints in the first moments is lost. With the fourth the node itself answers. Measured, 100
 * attached at once, each asking at once: 7 with the fifth never heard the answer, none with the fourth (gVisor: 65, 11).
 */
const PROTOCOLS = ['v4.channel.k8s.io', 'v5.channel.k8s.io'] as const;

/**
 * Opens a stream to the stdin and stdout of a pod's process 1. It is closed by `signal`, and when the API is closed.
 * @throws ApiError; the reason of `signal` when that is aborted before the stream is open
 */
export async function attach(
  api: Api,
  namespace: string,
  pod: string,
  handlers: AttachHandlers,
  signal: AbortSignal,
): Promise<AttachedStream> {
  const operation: ApiOperation = { verb: 'create', resource: 'pods/attach', namespace };
  const query = new URLSearchParams({ container: CONTAINER, stdin: 'true', stdout: 'true', stderr: 'false' });
  const path = `${pathOf(PODS, namespace, pod)}/attach?${query}`;
  const counted = (sent: number, received: number) => api.telemetry.bytes(operation, sent, received);
  const open = (protocol: string) =>
    api.authorized(operation, async (access) => {
      signal.throwIfAborted();
      api.closing.throwIfAborted();
      const began = performance.now();
      const socket = connect(access, path, protocol);
      // It begins to listen before the socket opens: the first bytes come together with the answer.
      const stream = new Attached(socket, handlers, counted);
      let isAnswered = false;
      const answered = (code: number) => {
        if (isAnswered) return;
        isAnswered = true;
        api.telemetry.request(operation, code, performance.now() - began);
      };
      const opened = Promise.withResolvers<void>();
      const giveUp = (reason: unknown, end: AttachedEnd) => {
        opened.reject(reason);
        stream.end(end);
      };
      const release = onAbort([signal, api.closing], (reason) => giveUp(reason, 'aborted'));
      void stream.closed.then(release);
      socket.once('open', () => {
        answered(101);
        opened.resolve();
      });
      socket.once('unexpected-response', (_request, response) => {
        answered(response.statusCode ?? 0);
        void refusal(operation, response, access).then((error) => giveUp(error, 'failed'));
      });
      socket.once('error', (error) => {
        answered(0);
        giveUp(unreachable(operation, timely(error), access.host, ATTEMPT_MS), 'cut');
      });
      await opened.promise;
      return stream;
    });
  const [first, second] = PROTOCOLS;
  try {
    return await open(first);
  } catch (error) {
    if (!isProtocolUnknown(error)) throw error;
    return open(second);
  }
}

/** Kubernetes refuses with a Status; a handshake is refused before there is one to give. */
function isProtocolUnknown(error: unknown): boolean {
  return error instanceof ApiError && (error.reason === 'HTTP 400' || error.reason === 'HTTP 403');
}

function connect({ server, headers, connections }: Access, path: string, protocol: string): WebSocket {
  return new WebSocket(server.replace(/^http/, 'ws') + path, protocol, {
    agent: connections.sockets,
    headers,
    handshakeTimeout: ATTEMPT_MS,
    maxPayload: STDOUT_MESSAGE_BYTES,
    perMessageDeflate: false,
    followRedirects: false,
  });
}

async function refusal(operation: ApiOperation, response: IncomingMessage, access: Access): Promise<Error> {
  const status = await readStatus(response);
  const retryAfter = response.headers['retry-after'];
  return failureOf(operation, response.statusCode ?? 500, status, retryAfter, access.host);
}

async function readStatus(response: IncomingMessage): Promise<Status> {
  try {
    const status: unknown = JSON.parse(await readText(response, STATUS_BYTES));
    return isRecord(status) ? status : {};
  } catch {
    return {};
  }
}

/** ws has no code for a handshake that takes too long. */
function timely(error: Error): Error {
  return /handshake has timed out/.test(error.message) ? new DOMException('late', 'TimeoutError') : error;
}

function onAbort(signals: readonly AbortSignal[], abort: (reason: unknown) => void): () => void {
  const listeners = signals.map((signal) => {
    const listener = () => abort(signal.reason);
    signal.addEventListener('abort', listener, { once: true });
    return () => signal.removeEventListener('abort', listener);
  });
  return () => {
    for (const remove of listeners) remove();
  };
}
