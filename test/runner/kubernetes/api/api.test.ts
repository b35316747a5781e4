import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { ApiError, isPermanent, isTransient } from '../../../../src/runner/kubernetes/api/error.ts';
import { type Client, openClient } from './support/client.ts';
import { FakeApi, json } from './support/fake-api.ts';

let server: FakeApi;
let client: Client;
beforeEach(async () => {
  server = await FakeApi.open();
  client = openClient({ server: server.url }, 300);
});
afterEach(async () => {
  await client[Symbol.asyncDispose]();
  await server[Symbol.asyncDispose]();
});

const LIST_PODS = {
  operation: { verb: 'list', resource: 'pods', namespace: 'n' },
  method: 'GET',
  path: '/api/v1/namespaces/n/pods',
} as const;

async function failure(call: Promise<unknown>): Promise<ApiError> {
  const error = await call.then(
    () => 'it worked',
    (reason: unknown) => reason,
  );
  if (error instanceof ApiError) return error;
  throw new Error(`expected an ApiError, got ${String(error)}`);
}

describe('connections', () => {
  it('keeps them for calls that follow each other', async () => {
    for (let index = 0; index < 20; index++) await client.api.call(LIST_PODS);
    expect(server.asked).toHaveLength(20);
    // The next call may begin a moment before the connection of the last one is free.
    expect(server.connections).toBeLessThanOrEqual(2);
  });

  it('sends 32 requests at once at the most', async () => {
    await using patient = openClient({ server: server.url });
    const held: (() => void)[] = [];
    let most = 0;
    server.respond = (_asked, response) => {
      held.push(() => json(response, 200, {}));
      most = Math.max(most, held.length);
      if (held.length < 32 && server.asked.length < 100) return;
      // Long enough for one too many to show.
      setTimeout(() => {
        for (const release of held.splice(0)) release();
      }, 20);
    };
    await Promise.all(Array.from({ length: 100 }, () => patient.api.call(LIST_PODS)));
    expect({ most, asked: server.asked.length }).toEqual({ most: 32, asked: 100 });
    expect(server.connections).toBeLessThanOrEqual(32);
  });

  it('counts requests and bytes', async () => {
    server.respond = (_asked, response) => json(response, 201, { a: 1 });
    await client.api.call({ ...LIST_PODS, method: 'POST', body: { b: 22 } });
    expect(client.requests).toEqual(['list pods 201']);
    expect(client.bytes).toEqual({ sent: '{"b":22}'.length, received: '{"a":1}'.length });
  });
});

describe('attempts', () => {
  it.each([500, 503, 429])('repeats a request after %d', async (code) => {
    server.respond = (_asked, response) =>
      server.asked.length < 3 ? json(response, code, {}) : json(response, 200, { is: 'well' });
    await expect(client.api.call(LIST_PODS)).resolves.toEqual({ is: 'well' });
    expect(server.asked).toHaveLength(3);
  });

  it('repeats a request after a cut connection', async () => {
    server.respond = (_asked, response) =>
      server.asked.length < 2 ? void response.socket?.destroy() : json(response, 200, { is: 'well' });
    await expect(client.api.call(LIST_PODS)).resolves.toEqual({ is: 'well' });
  });

  it('gives up after four, and says what the server said', async () => {
    server.respond = (_asked, response) =>
      json(response, 503, { reason: 'ServiceUnavailable', message: 'etcd is away.' });
    const error = await failure(client.api.call(LIST_PODS));
    expect(error).toMatchObject({ failure: 'unavailable', code: 503, reason: 'ServiceUnavailable' });
    expect(error.message).toBe(
      `The Kubernetes API at 127.0.0.1:${server.port} cannot list pods now: etcd is away.`,
    );
    expect(server.asked).toHaveLength(4);
    expect(isTransient(error)).toBe(true);
  });

  it.each([400, 403, 404, 409, 410, 422])('does not repeat a request after %d', async (code) => {
    server.respond = (_asked, response) => json(response, code, {});
    expect(await failure(client.api.call(LIST_PODS))).toMatchObject({ code });
    expect(server.asked).toHaveLength(1);
  });

  it('says when the server wants a wait', async () => {
    server.respond = (_asked, response) => {
      response.setHeader('retry-after', '7');
      json(response, 429, {});
    };
    const error = await failure(client.api.attempt(LIST_PODS));
    expect(error).toMatchObject({ failure: 'throttled', retryAfterMs: 7000 });
  });
});

describe('a server that does not respond', () => {
  it('is given up after the time of an attempt', async () => {
    server.respond = () => {};
    const error = await failure(client.api.attempt(LIST_PODS));
    expect(error).toMatchObject({ failure: 'unreachable', code: 0 });
    expect(error.message).toMatch(/^The Kubernetes API at 127.0.0.1:\d+ does not answer within 0.3 s.$/);
    expect(isTransient(error)).toBe(true);
  });

  it('is given up in the middle of a response', async () => {
    server.respond = (_asked, response) => void response.writeHead(200).write('{"half":');
    expect(await failure(client.api.attempt(LIST_PODS))).toMatchObject({ failure: 'unreachable' });
  });

  it('refuses connections', async () => {
    await server[Symbol.asyncDispose]();
    const error = await failure(client.api.attempt(LIST_PODS));
    expect(error.message).toMatch(
      /^The Kubernetes API at 127.0.0.1:\d+ cannot be reached: the connection is refused.$/,
    );
    expect(error.reason).toBe('ECONNREFUSED');
  });

  it('is not waited for when all is closed', async () => {
    server.respond = () => client.api[Symbol.dispose]();
    expect(await failure(client.api.call(LIST_PODS))).toMatchObject({ failure: 'closed' });
    expect(await failure(client.api.call(LIST_PODS))).toMatchObject({ failure: 'closed' });
    expect(server.asked).toHaveLength(1);
  });

  it('speaks something else', async () => {
    server.respond = (_asked, response) => void response.end('<html>Welcome</html>');
    const error = await failure(client.api.attempt(LIST_PODS));
    expect(error.message).toMatch(/^What answers at 127.0.0.1:\d+ is no Kubernetes API/);
  });
});

describe('sentences', () => {
  const CREATE_JOB = {
    operation: { verb: 'create', resource: 'jobs', namespace: 'n' },
    method: 'POST',
    path: '/apis/batch/v1/namespaces/n/jobs',
    body: {},
  } as const;

  it('names the permission that is missing and what gives it', async () => {
    const message = 'jobs.batch is forbidden: User "u" cannot create resource "jobs"';
    server.respond = (_asked, response) =>
      json(response, 403, { reason: 'Forbidden', message, details: { group: 'batch', kind: 'jobs' } });
    const error = await failure(client.api.call(CREATE_JOB));
    expect(error.message).toBe(
      'Podline lacks a permission in namespace n: create jobs; the Role in k8s/base/runner-role.yaml gives it (docs/kubernetes.md).',
    );
    expect({ failure: error.failure, standing: isPermanent(error), passing: isTransient(error) }).toEqual({
      failure: 'forbidden',
      standing: true,
      passing: false,
    });
  });

  it('distinguishes a refusal by quota from a missing permission', async () => {
    const message = 'jobs.batch "j" is forbidden: exceeded quota: q, requested: count/jobs.batch=1';
    server.respond = (_asked, response) =>
      json(response, 403, { reason: 'Forbidden', message, details: { name: 'j', kind: 'jobs' } });
    const error = await failure(client.api.call(CREATE_JOB));
    expect(error).toMatchObject({
      failure: 'refused',
      message: `Kubernetes cannot create jobs in namespace n: ${message}.`,
    });
    expect(isPermanent(error)).toBe(false);
  });

  it('says how to make the namespace', async () => {
    server.respond = (_asked, response) =>
      json(response, 404, { reason: 'NotFound', details: { name: 'n', kind: 'namespaces' } });
    expect(await failure(client.api.call(CREATE_JOB))).toMatchObject({
      failure: 'namespace',
      message: 'The namespace n does not exist: kubectl create namespace n makes it.',
    });
  });

  it('does not repeat the objects that the server repeats', async () => {
    const cause = {
      field: 'spec.template',
      message: `Invalid value: {"command":["${'x'.repeat(5000)}"]}: field is immutable`,
    };
    server.respond = (_asked, response) => json(response, 422, { details: { causes: [cause] } });
    expect(await failure(client.api.call(CREATE_JOB))).toMatchObject({
      failure: 'invalid',
      message:
        'Kubernetes cannot create jobs in namespace n: spec.template: Invalid value: {…}: field is immutable.',
    });
  });
});
