import { once } from 'node:events';
import { request } from 'node:http';
import { afterEach, describe, expect, test } from 'vitest';
import { WebSocket } from 'ws';
import type { Role } from '../../src/executions/caller.ts';
import { UnavailableError } from '../../src/executions/errors.ts';
import type { Authentication, Authenticator, Credentials } from '../../src/server/authenticator.ts';
import { Service } from './support/service.ts';
import { until } from './support/until.ts';

let service: Service;
afterEach(() => service[Symbol.asyncDispose]());

const principal = (...roles: Role[]): Authentication => ({ name: 'key:ann', roles: new Set(roles) });

/** Answers when the test says so. */
class SlowAuthenticator implements Authenticator {
  readonly needsCredentials = true;
  readonly asked: Credentials[] = [];
  readonly #answer = Promise.withResolvers<Authentication>();

  authenticate(credentials: Credentials): Promise<Authentication> {
    this.asked.push(credentials);
    return this.#answer.promise;
  }

  answer(authentication: Authentication): void {
    this.#answer.resolve(authentication);
  }

  fail(error: Error): void {
    this.#answer.reject(error);
  }
}

const isAsked = (authenticator: SlowAuthenticator): Promise<number> =>
  until(
    () => authenticator.asked.length,
    (count) => count > 0,
  );

describe('a request', () => {
  test('waits until it is known who asks', async () => {
    const authenticator = new SlowAuthenticator();
    service = await Service.open({ authenticator });
    const submission = service.post(
      '/execute',
      { language: 'python', code: 'cHJpbnQoMSk=' },
      { authorization: 'Bearer x' },
    );
    await isAsked(authenticator);
    expect(authenticator.asked).toEqual([{ authorization: 'Bearer x' }]);
    expect((await service.executions.health()).running).toBe(0);
    authenticator.answer(principal('user'));
    expect((await submission).status).toBe(200);
    expect(service.log).toContainEqual(expect.objectContaining({ route: 'execute', caller: 'key:ann' }));
  });

  test('whose client has gone meanwhile does nothing', async () => {
    const authenticator = new SlowAuthenticator();
    service = await Service.open({ authenticator });
    const body = JSON.stringify({ language: 'python', code: 'cHJpbnQoMSk=' });
    const client = request(`${service.url}/execute`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'content-length': body.length },
    }).on('error', () => {});
    client.end(body);
    await isAsked(authenticator);
    client.destroy();
    await until(
      () => service.log.filter(({ cut }) => cut === true),
      (lines) => lines.length === 1,
    );
    authenticator.answer(principal('user'));
    // The next request is answered after whatever the first would have done.
    expect((await service.get('/health')).status).toBe(200);
    expect(await service.executions.health()).toMatchObject({ running: 0, queued: 0 });
  });

  test('of somebody without the role is refused with 403', async () => {
    const authenticator = new SlowAuthenticator();
    service = await Service.open({ authenticator });
    authenticator.answer(principal('user'));
    const answer = await service.get('/metrics');
    expect(answer.status).toBe(403);
    expect(await answer.json()).toEqual({
      error: 'Expected a caller with the role `operator`, got one without it.',
    });
    expect((await service.get('/result/x')).status).toBe(404);
  });

  test('while nobody can tell who asks is answered 503', async () => {
    const authenticator = new SlowAuthenticator();
    service = await Service.open({ authenticator });
    const response = service.get('/result/x');
    await isAsked(authenticator);
    authenticator.fail(new UnavailableError('The identity provider is away.'));
    const answer = await response;
    expect([answer.status, answer.headers.get('retry-after')]).toEqual([503, '1']);
  });
});

describe('a WebSocket', () => {
  const INIT = '{"type":"connection_init","payload":{"authorization":"Bearer x"}}';

  const open = async (headers = {}): Promise<WebSocket> => {
    const url = `${service.url.replace('http', 'ws')}/graphql`;
    const socket = new WebSocket(url, 'graphql-transport-ws', { headers });
    await once(socket, 'open');
    return socket;
  };
  const closing = async (socket: WebSocket): Promise<unknown> => (await once(socket, 'close'))[0];

  test('is acknowledged once it is known who asks, and no operation passes before', async () => {
    const authenticator = new SlowAuthenticator();
    service = await Service.open({ authenticator });
    const [early, patient] = [await open(), await open({ authorization: 'Bearer header' })];
    early.send(INIT);
    early.send('{"type":"subscribe","id":"1","payload":{"query":"{ health { version } }"}}');
    expect(await closing(early)).toBe(4401);
    patient.send('{"type":"connection_init"}');
    await until(
      () => authenticator.asked,
      (asked) => asked.length === 2,
    );
    expect(authenticator.asked).toEqual([{ authorization: 'Bearer x' }, { authorization: 'Bearer header' }]);
    const message = once(patient, 'message');
    authenticator.answer(principal('user'));
    expect(String((await message)[0])).toBe('{"type":"connection_ack"}');
    patient.close();
  });

  test('is closed when it is nobody, and when nobody can tell', async () => {
    const authenticator = new SlowAuthenticator();
    service = await Service.open({ authenticator });
    const refused = await open();
    refused.send(INIT);
    authenticator.answer('refused');
    expect(await closing(refused)).toBe(4403);
    await service[Symbol.asyncDispose]();

    const away = new SlowAuthenticator();
    service = await Service.open({ authenticator: away });
    const unknown = await open();
    unknown.send(INIT);
    await isAsked(away);
    away.fail(new UnavailableError('The identity provider is away.'));
    expect(await closing(unknown)).toBe(1013);
  });
});
