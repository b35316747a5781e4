import { once } from 'node:events';
import { connect } from 'node:net';
import { afterEach, expect, test } from 'vitest';
import { Service } from './support/service.ts';
import { until } from './support/until.ts';

let service: Service;
afterEach(() => service[Symbol.asyncDispose]());

const ofLevel = (level: string): Record<string, unknown>[] =>
  service.log.filter((line) => line['level'] === level);

test('clients that leave before or within the page are no failure of ours', async () => {
  service = await Service.open();
  // Rendered once, so that those below are answered at once.
  await (await service.get('/graphql', { accept: 'text/html' })).text();
  const before = ofLevel('debug').filter(({ route }) => route === 'graphql').length;
  const clients = 20;
  for (let index = 0; index < clients; index++) {
    const socket = connect(Number(new URL(service.url).port), '127.0.0.1');
    socket.on('error', () => {});
    await once(socket, 'connect');
    socket.write('GET /graphql HTTP/1.1\r\nHost: localhost\r\nAccept: text/html\r\n\r\n');
    if (index % 2 === 0) await once(socket, 'data');
    socket.resetAndDestroy();
  }
  await until(
    () => service.log.filter(({ route, msg }) => route === 'graphql' && msg === 'request').length,
    (requests) => requests >= before + clients / 2,
  );
  expect(ofLevel('error')).toEqual([]);
});

test('a defect is logged also when its client has gone', async () => {
  const asked = Promise.withResolvers<void>();
  const failing = Promise.withResolvers<null>();
  service = await Service.open({
    replace: {
      get: () => {
        asked.resolve();
        return failing.promise;
      },
    },
  });
  const leave = new AbortController();
  const path = '/result/01890000-0000-7000-8000-000000000000';
  const answer = service.get(path, {}, { signal: leave.signal }).catch(() => null);
  await asked.promise;
  leave.abort();
  await answer;
  failing.reject(new Error('a defect'));
  await until(
    () => ofLevel('error').length,
    (errors) => errors === 1,
  );
});
