import { once } from 'node:events';
import { connect } from 'node:net';
import { expect, test } from 'vitest';
import { EventReader } from './support/events.ts';
import { Service } from './support/service.ts';
import { RawClient } from './support/socket.ts';
import { until } from './support/until.ts';

const OUTPUT = 'subscription ($id: ID!) { output(id: $id) { ended } }';

test('closing is told to WebSockets and streams, which end without their last event', async () => {
  const service = await Service.open();
  const { id } = await service.start();
  const client = await new RawClient(service.webSocketUrl).init();
  client.subscribe('a', OUTPUT, { id });
  const rest = new EventReader(await service.get(`/result/${id}/stream`));
  const sse = new EventReader(
    await service.post('/graphql', { query: OUTPUT, variables: { id } }, { accept: 'text/event-stream' }),
  );
  await until(
    () => service.metrics.expose(),
    (metrics) => metrics.includes('podline_viewers 3'),
  );
  expect(await sse.next()).toMatchObject({ event: 'next' });
  await Promise.all([service.server.close(), service.server.close()]);
  const reason = 'The server is closing: connect again, and resume behind the last cursor';
  expect(await client.closed).toEqual({ code: 1001, reason });
  const data = JSON.stringify({ message: 'The server is closing; come back for what follows.' });
  expect(await rest.rest()).toEqual([{ event: 'closing', id: null, data }]);
  // Clients of GraphQL over SSE take no other events: a comment says it.
  expect(await sse.rest()).toEqual([]);
  expect(sse.lastComment).toBe(': the server is closing');
  const metrics = await service.metrics.expose();
  for (const name of ['podline_viewers', 'podline_websockets', 'podline_event_streams'])
    expect(metrics).toMatch(new RegExp(`^${name} 0$`, 'm'));
  await expect(service.get('/livez')).rejects.toThrow();
  await service[Symbol.asyncDispose]();
});

test('draining fails /readyz, keeps no connection and takes no new WebSocket, and still answers', async () => {
  const service = await Service.open();
  service.server.drain();
  const ready = await service.get('/readyz');
  expect(ready.status).toBe(503);
  expect(ready.headers.get('connection')).toBe('close');
  expect((await service.get('/livez')).status).toBe(200);
  expect((await service.graphql('{ health { status } }')).status).toBe(200);
  await expect(new RawClient(service.webSocketUrl).opened).rejects.toThrow('503');
  await service[Symbol.asyncDispose]();
});

test('a request under way is answered; a connection that does nothing is cut', async () => {
  const slow = Promise.withResolvers<null>();
  const asked = Promise.withResolvers<void>();
  const service = await Service.open({
    config: { shutdownGraceMs: 300 },
    replace: {
      get: () => {
        asked.resolve();
        return slow.promise;
      },
    },
  });
  const answer = service.get('/result/01890000-0000-7000-8000-000000000000');
  await asked.promise;
  const idle = connect(Number(new URL(service.url).port), '127.0.0.1');
  await once(idle, 'connect');
  idle.write(
    'POST /execute HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: 10\r\n\r\n{',
  );
  const closed = once(idle, 'close');
  idle.resume();
  const closing = service.server.close();
  slow.resolve(null);
  expect((await answer).status).toBe(404);
  await Promise.all([closed, closing]);
  await service[Symbol.asyncDispose]();
});

test('a client that ignores the close does not hold it up', async () => {
  const service = await Service.open();
  const client = await new RawClient(service.webSocketUrl).init();
  client.socket.pause();
  await service.server.close();
  client.socket.resume();
  await client.closed;
  await service[Symbol.asyncDispose]();
});

test('listening on a taken port says so', async () => {
  const service = await Service.open();
  const port = Number(new URL(service.url).port);
  await expect(Service.open({ config: { port } })).rejects.toThrow('EADDRINUSE');
  await service[Symbol.asyncDispose]();
});
