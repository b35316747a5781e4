import type { ServerResponse } from 'node:http';
import { describe, expect, it } from 'vitest';
import { answers } from '../../../src/cli/connection/connect.ts';
import { submit } from '../../../src/cli/connection/operations.ts';
import { UnreachableError } from '../../../src/cli/errors.ts';
import { answerJson, closedAddress, serveHttp } from '../support/http.ts';

const INPUT = { code: '1', idempotencyKey: 'the key' };
const SUCCESS = { data: { execute: { __typename: 'ExecuteSuccess', execution: { id: 'id-1' } } } };
const at = (url: string, apiKey: string | null = null) => ({ url: `${url}/graphql`, apiKey });

describe('a request whose answer was lost', () => {
  it.each<[string, (response: ServerResponse) => void]>([
    ['before it began', (response) => response.destroy()],
    [
      'in its middle',
      (response) => {
        response.writeHead(200, { 'content-length': '1000' });
        response.write('{"data":', () => response.destroy());
      },
    ],
    [
      'behind a load balancer',
      (response) => response.writeHead(502, { 'content-type': 'text/html' }).end('<h1>'),
    ],
    ['by a server that was suspended', (response) => response.writeHead(408).end()],
  ])('is sent again, the same: %s', async (_name, lose) => {
    const bodies: string[] = [];
    await using server = await serveHttp(async (response, count, request) => {
      bodies.push((await request.toArray()).join(''));
      if (count < 3) lose(response);
      else answerJson(response, SUCCESS);
    });
    expect(await submit(at(server.url), INPUT)).toBe('id-1');
    expect(bodies).toHaveLength(3);
    expect(new Set(bodies).size).toBe(1);
    expect(JSON.parse(bodies[0] ?? '').variables.input).toEqual(INPUT);
  });
});

describe('a request is sent once', () => {
  it('when nobody listens', async () => {
    const url = await closedAddress();
    const error = await submit(at(url), INPUT).catch((thrown) => thrown);
    expect(error).toBeInstanceOf(UnreachableError);
    expect(error).toMatchObject({ neverSent: true, message: expect.stringContaining(url) });
  });

  it('when the service refuses', async () => {
    const refusal = {
      __typename: 'QueueFullError',
      code: 'QUEUE_FULL',
      message: 'Expected fewer, got 1000.',
    };
    await using server = await serveHttp((response) => answerJson(response, { data: { execute: refusal } }));
    await expect(submit(at(server.url), INPUT)).rejects.toThrow('Expected fewer, got 1000.');
    expect(server.requests).toBe(1);
  });

  it('with the API key', async () => {
    const sent: unknown[] = [];
    await using server = await serveHttp((response, _count, request) => {
      sent.push(request.headers.authorization);
      answerJson(response, SUCCESS);
    });
    await submit(at(server.url, 'secret'), INPUT);
    await submit(at(server.url), INPUT);
    expect(sent).toEqual(['Bearer secret', undefined]);
  });
});

describe('answers tells a Podline from what else may listen there', () => {
  it.each<[string, boolean, (response: ServerResponse) => void]>([
    ['a Podline', true, (response) => answerJson(response, { data: { health: { version: '1' } } })],
    ['one that wants a key', true, (response) => answerJson(response, refused('UNAUTHENTICATED'), 401)],
    [
      'another GraphQL server',
      false,
      (response) => answerJson(response, refused('GRAPHQL_VALIDATION_FAILED'), 400),
    ],
    ['a web page', false, (response) => response.writeHead(200, { 'content-type': 'text/html' }).end('<h1>')],
    ['a refusal', false, (response) => response.writeHead(403).end()],
    ['silence', false, () => {}],
  ])('%s → %s', async (_name, expected, answer) => {
    await using server = await serveHttp(answer);
    expect(await answers(at(server.url))).toBe(expected);
  });

  it('nobody → false', async () => {
    expect(await answers(at(await closedAddress()))).toBe(false);
  });
});

function refused(code: string) {
  return { errors: [{ message: 'Refused.', extensions: { code } }] };
}
