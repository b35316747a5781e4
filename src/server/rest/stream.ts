import type { ExecutionsApi } from '../../executions/executions.ts';
import type { OutputBatch } from '../../executions/output/follow.ts';
import type { Exchange } from '../http/exchange.ts';
import { badRequest } from '../http/http-error.ts';
import type { Route } from '../http/router.ts';
import type { ServerSentEvent } from '../sse/event-stream.ts';
import type { EventStreams } from '../sse/streams.ts';
import { describeEnd, executionIdOf } from './result.ts';

/** The greatest chunk number there can be. */
const LAST_SEQ = 2 ** 31 - 1;

/**
 * `GET /result/<id>/stream`: the output as it comes. Each event's id is the number of its last chunk, so that an
 * EventSource continues by itself after a cut. The last event is `end`; a reader that did not get it has not seen all.
 */
export function streamRoute(executions: ExecutionsApi, streams: EventStreams): Route {
  return {
    name: 'stream',
    path: '/result/:id/stream',
    access: 'caller',
    methods: {
      GET: async (exchange) => {
        const id = executionIdOf(exchange);
        const batches = await executions.followOutput(exchange.requireCaller(), id, cursorOf(exchange));
        let last: OutputBatch | undefined;
        const stream = await streams.pump(exchange, batches, (batch) => {
          last = batch;
          return batch.chunks.length === 0 ? null : describeChunks(batch);
        });
        if (!stream || !last?.ended) return stream?.cut();
        const { execution, cursor } = last;
        const end = JSON.stringify({ execution_id: execution.id, ...describeEnd(execution) });
        await stream.send({ event: 'end', id: String(cursor), data: end });
        stream.end();
      },
    },
  };
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

/** Where to go on: the header, which a browser keeps up to date by itself, before the parameter of its first request. */
function cursorOf({ request, query }: Exchange): number {
  const header = request.headers['last-event-id'];
  const text = (typeof header === 'string' && header !== '' ? header : query.get('after')) ?? '0';
  const after = /^\d{1,10}$/.test(text) ? Number(text) : Number.NaN;
  if (after <= LAST_SEQ) return after;
  throw badRequest(
    `Expected \`after\` or Last-Event-ID to be the number of a chunk, got ${JSON.stringify(text.slice(0, 64))}.`,
  );
}
