import { type Execution, hasEnded } from '../../executions/execution.ts';
import type { ExecutionsApi } from '../../executions/executions.ts';
import type { OutputBatch } from '../../executions/output/follow.ts';
import { Memo } from '../../memo.ts';
import { type Authenticator, STREAM_TOKEN_SECONDS, type StreamTokens } from '../authenticator.ts';
import type { EventStreams, ServerSentEvent } from '../event-streams.ts';
import type { Exchange } from '../http/exchange.ts';
import { badRequest, invalidToken } from '../http/http-error.ts';
import { replyJson } from '../http/reply.ts';
import type { Route } from '../http/router.ts';
import { describeEnd, executionIdOf, unknownExecution } from './result.ts';

/** The greatest number there can be, of a chunk or behind the last one. */
const LAST_ID = 2 ** 31;
/** Without an id, so that a client comes back for what follows the last chunk it got. */
const CLOSING: ServerSentEvent = {
  event: 'closing',
  data: JSON.stringify({ message: 'The server is closing; come back for what follows.' }),
};

/**
 * `GET /result/<id>/stream`: the output as it comes. Each event's id is the number of its last chunk, so that an
 * EventSource continues by itself after a cut, and after the event `closing`, with which a server that closes takes its
 * leave. The last event is `end`; a reader that did not get it has not seen all. One
 * that did, and comes back for more, as an EventSource does for ever, gets 204, which makes it stop.
 */
export function streamRoute(
  executions: ExecutionsApi,
  streams: EventStreams,
  authenticator: Authenticator,
): Route {
  const events = new Memo(describeChunks);
  return {
    name: 'stream',
    path: '/result/:id/stream',
    access: 'own',
    methods: {
      GET: async (exchange) => {
        const id = executionIdOf(exchange);
        await authenticate(exchange, authenticator, id);
        const cursor = cursorOf(exchange);
        if (await hasSeenEnd(executions, exchange, id)) {
          exchange.response.writeHead(204).end();
          return;
        }
        const batches = await executions.followOutput(exchange.requireCaller(), id, cursor);
        let last: OutputBatch | undefined;
        const eventOf = (batch: OutputBatch) => {
          last = batch;
          return batch.chunks.length === 0 ? null : events.of(batch);
        };
        const stream = await streams.pump(exchange, batches, eventOf, CLOSING);
        if (!stream || !last?.ended) return stream?.cut();
        const { execution } = last;
        const end = JSON.stringify({ execution_id: execution.id, ...describeEnd(execution) });
        await stream.send({ event: 'end', id: String(endId(execution)), data: end });
        stream.end();
      },
    },
  };
}

/** Takes a token where no key came. @throws HttpError 401 */
async function authenticate(exchange: Exchange, authenticator: Authenticator, id: string): Promise<void> {
  const token = exchange.query.get('token');
  if (exchange.caller === null && token !== null) {
    exchange.authentication = await authenticator.authenticate({ streamToken: token, executionId: id });
    if (exchange.caller === null) throw invalidToken();
  }
  exchange.requireCaller();
}

function describeChunks({ chunks, cursor }: OutputBatch): ServerSentEvent {
  const described = chunks.map(({ seq, stream, text, at }) => ({
    seq,
    stream,
    text,
    at: new Date(at).toISOString(),
  }));
  return { id: String(cursor), data: JSON.stringify({ chunks: described }) };
}

/**
 * The id of the event `end`: the number behind the last chunk's. A client that was cut after that chunk, and before the end,
 * has the chunk's number and is still to be told.
 */
function endId({ lastSeq }: Execution): number {
  return (lastSeq ?? 0) + 1;
}

/** Whether the client says that it got the event `end`. One that asks for what is not its own is told by the next step. */
async function hasSeenEnd(executions: ExecutionsApi, exchange: Exchange, id: string): Promise<boolean> {
  const header = headerOf(exchange);
  if (header === null) return false;
  const execution = await executions.get(exchange.requireCaller(), id);
  return execution !== null && hasEnded(execution) && Number(header) >= endId(execution);
}

function headerOf({ request }: Exchange): string | null {
  const header = request.headers['last-event-id'];
  return typeof header === 'string' && header !== '' ? header : null;
}

/** Where to go on: the header, which a browser keeps up to date by itself, before the parameter of its first request. */
function cursorOf(exchange: Exchange): number {
  const text = headerOf(exchange) ?? exchange.query.get('after') ?? '0';
  const after = /^\d{1,10}$/.test(text) ? Number(text) : Number.NaN;
  if (after <= LAST_ID) return after;
  throw badRequest(
    `Expected \`after\` or Last-Event-ID to be the number of a chunk, got ${JSON.stringify(text.slice(0, 64))}.`,
  );
}

/** `POST /result/<id>/token`: a URL that opens the execution's event stream without a header, for some minutes. */
export function tokenRoute(executions: ExecutionsApi, tokens: StreamTokens): Route {
  return {
    name: 'token',
    path: '/result/:id/token',
    access: 'user',
    methods: {
      POST: async (exchange) => {
        const caller = exchange.requireCaller();
        const id = executionIdOf(exchange);
        if ((await executions.get(caller, id)) === null) throw unknownExecution(id);
        const token = tokens.create(caller, id);
        const query = token === null ? '' : `?token=${token}`;
        replyJson(exchange.response, 200, {
          url: `/result/${id}/stream${query}`,
          expires_in: STREAM_TOKEN_SECONDS,
        });
      },
    },
  };
}
