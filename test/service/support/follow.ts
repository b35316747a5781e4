import { setTimeout as sleep } from 'node:timers/promises';
import { createClient } from 'graphql-ws/client';
import WebSocket from 'ws';
import { readEvents } from './event-stream.ts';
import type { Headers } from './graphql.ts';
import { type OutputEvent, Received, WATCH } from './output.ts';

/** Takes what one connection brings, from the cursor on; returns or throws when the connection is over. */
export type Connection = (url: string, id: string, received: Received) => Promise<void>;

/** The subscription over graphql-transport-ws, on a socket of its own. */
export const overWebSocket: Connection = (url, id, received) => overWebSocketAs({})(url, id, received);

/** The same as a caller of one's own: the headers go into `connection_init`. */
export const overWebSocketAs =
  (headers: Headers): Connection =>
  async (url, id, received) => {
    const client = createClient({
      url: `${url.replace('http', 'ws')}/graphql`,
      webSocketImpl: WebSocket,
      connectionParams: headers,
      retryAttempts: 0,
    });
    const events = client.iterate<{ output: OutputEvent }>({
      query: WATCH,
      variables: { id, after: received.cursor },
    });
    for await (const { data, errors } of events) {
      if (!data) throw new Refusal(`Expected an event, got ${JSON.stringify(errors)}.`);
      received.addEvent(data.output);
    }
  };

/** The REST route's stream, resumed as an EventSource does. */
export const overEventStream: Connection = async (url, id, received) => {
  const headers = { 'last-event-id': String(received.cursor) };
  const response = await fetch(`${url}/result/${id}/stream`, { headers });
  if (response.status !== 200) throw new Refusal(`Expected a stream, got HTTP status ${response.status}.`);
  for await (const { event, data } of readEvents(response)) {
    const { chunks, ...end } = JSON.parse(data);
    if (event !== 'end') received.add(chunks);
    else received.end = { status: end.status, endReason: end.end_reason };
  }
};

/**
 * Watches an execution to its end across cut connections, each attempt going on behind the last chunk seen.
 * @throws Error when a chunk is missing or comes again; when the server answers with an error
 */
export async function follow(url: string, id: string, connect: Connection): Promise<Received> {
  const received = new Received();
  for (;;) {
    try {
      await connect(url, id, received);
    } catch (error) {
      if (!isCut(error)) throw error;
    }
    if (received.end) return received;
    await sleep(RECONNECT_MS);
  }
}

const RECONNECT_MS = 2;

class Refusal extends Error {}

/** Whether a connection ended in a way that it may be made again: cut, refused, closed because the server goes. */
function isCut(error: unknown): boolean {
  if (typeof error !== 'object' || error === null || error instanceof Refusal) return false;
  if ('code' in error && typeof error.code === 'number') return CUT_CODES.includes(error.code);
  // fetch says TypeError for whatever happened to the connection; ws hands over an event that has the error.
  return error instanceof TypeError || ('error' in error && error.error instanceof Error);
}

/** WebSocket close codes: going away, and no close frame at all. */
const CUT_CODES = [1001, 1006];
