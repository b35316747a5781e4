import { afterEach, describe, expect, test } from 'vitest';
import { STREAM_TOKEN_SECONDS, StreamTokens } from '../../src/server/authenticator.ts';
import { EventReader } from './support/events.ts';
import { Service } from './support/service.ts';

const ANN = { authorization: 'Bearer ann-key' };
const BOB = { authorization: 'Bearer bob-key' };
const KEYS = [
  { name: 'ann', key: 'ann-key' },
  { name: 'bob', key: 'bob-key' },
];
const ID = '01890000-0000-7000-8000-000000000000';
const OTHER = '01890000-0000-7000-8000-000000000001';

describe('a token', () => {
  const NOW = 1_800_000_000_000;
  const at = (ms: number, keys = KEYS): StreamTokens => new StreamTokens(keys, () => NOW + ms);
  const token = at(0).create('key:ann', ID) ?? '';

  test('is for one caller and one execution, at every server with the key', () => {
    expect(at(0).verify(token, ID)).toBe('key:ann');
    expect(at(0).verify(token, OTHER)).toBeNull();
    expect(at(0).create('key:bob', ID)).not.toBe(token);
  });

  test('expires', () => {
    expect(at(STREAM_TOKEN_SECONDS * 1000 - 1).verify(token, ID)).toBe('key:ann');
    expect(at(STREAM_TOKEN_SECONDS * 1000).verify(token, ID)).toBeNull();
  });

  test('goes with its key', () => {
    expect(at(0, KEYS.slice(1)).verify(token, ID)).toBeNull();
    expect(at(0, [{ name: 'ann', key: 'new' }]).verify(token, ID)).toBeNull();
    // A second key of the same name, first in the list: what the old one has signed still counts.
    expect(at(0, [{ name: 'ann', key: 'new' }, ...KEYS]).verify(token, ID)).toBe('key:ann');
  });

  test('that was changed is none', () => {
    const [expires = '', signature = ''] = token.split('.');
    const later = `${Number(expires) + 1}.${signature}`;
    const changed = [
      later,
      `${expires}.${'A'.repeat(43)}`,
      `0${token}`,
      `${token}A`,
      token.slice(0, -1),
      expires,
      '',
      '.',
    ];
    expect(changed.map((one) => at(0).verify(one, ID))).toEqual(changed.map(() => null));
  });

  test('is not made for a caller without a key', () => {
    expect(at(0).create('anonymous', ID)).toBeNull();
    expect(at(0, []).verify(token, ID)).toBeNull();
  });
});

describe('POST /result/<id>/token', () => {
  let service: Service;
  afterEach(() => service[Symbol.asyncDispose]());

  const urlOf = async (id: string, headers = {}): Promise<string> => {
    const answer = await service.post(`/result/${id}/token`, '', headers);
    expect(answer.status).toBe(200);
    const body: { url: string; expires_in: number } = await answer.json();
    expect(body.expires_in).toBe(STREAM_TOKEN_SECONDS);
    return body.url;
  };

  test('gives a URL that opens the stream without a key, and resumes', async () => {
    service = await Service.open({ config: { apiKeys: KEYS } });
    const { id, run } = await service.start(ANN);
    const url = await urlOf(id, ANN);
    await run.print('one\n');
    const reader = new EventReader(await service.get(url));
    expect(await reader.next()).toMatchObject({ event: 'message', id: '1' });
    run.end();
    expect((await reader.rest()).at(-1)).toMatchObject({ event: 'end', id: '2' });
    expect((await service.get(url, { 'last-event-id': '2' })).status).toBe(204);
    expect((await service.get(`${url}&after=1`)).status).toBe(200);
  });

  test('it opens nothing else, and nobody else can have it', async () => {
    service = await Service.open({ config: { apiKeys: KEYS } });
    const { id, run } = await service.start(ANN);
    const other = await service.start(ANN);
    const url = await urlOf(id, ANN);
    const token = url.split('token=')[1] ?? '';
    const refused = [
      await service.get(`/result/${other.id}/stream?token=${token}`),
      await service.get(`/result/${id}?token=${token}`),
      await service.get(`/metrics?token=${token}`),
      await service.get(`/cleanup/${id}?token=${token}`, {}, { method: 'DELETE' }),
      await service.get(`/result/${id}/stream?token=x`),
      await service.get(`/result/${id}/stream`),
      await service.post(`/result/${id}/token?token=${token}`, ''),
      // A key that is none of ours is not made good by a token.
      await service.get(url, { authorization: 'Bearer wrong' }),
    ];
    expect(refused.map(({ status }) => status)).toEqual(refused.map(() => 401));
    expect((await service.post(`/result/${id}/token`, '', BOB)).status).toBe(404);
    run.end();
    other.run.end();
  });

  test('it is in no log line, metric or message', async () => {
    service = await Service.open({ config: { apiKeys: KEYS } });
    const { id, run } = await service.start(ANN);
    const url = await urlOf(id, ANN);
    const token = url.split('token=')[1] ?? '';
    run.end();
    const stream = await (await service.get(url)).text();
    const refusal = await (await service.get(`/result/${OTHER}/stream?token=${token}`)).text();
    const metrics = await (await service.get('/metrics', ANN)).text();
    expect(token).toMatch(/^\d+\.[\w-]{43}$/);
    expect(service.log.filter(({ route }) => route === 'stream')).toHaveLength(2);
    expect(`${stream}${refusal}${metrics}${JSON.stringify(service.log)}`).not.toContain(token.split('.')[1]);
  });

  test('without keys the URL needs no token', async () => {
    service = await Service.open();
    const { id, run } = await service.start();
    run.end();
    expect(await urlOf(id)).toBe(`/result/${id}/stream`);
  });
});
