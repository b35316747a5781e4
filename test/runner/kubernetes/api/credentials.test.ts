import { writeFileSync } from 'node:fs';
import { inspect } from 'node:util';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { type Client, openClient, temporary } from './support/client.ts';
import { FakeApi, json, type Respond } from './support/fake-api.ts';

const REQUEST = {
  operation: { verb: 'list', resource: 'pods', namespace: 'n' },
  method: 'GET',
  path: '/api/v1/namespaces/n/pods',
} as const;

/** Answers only who brings this token. */
function only(token: string): Respond {
  return (asked, response) =>
    asked.token === `Bearer ${token}` ? json(response, 200, { is: 'well' }) : json(response, 401, {});
}

let server: FakeApi;
let client: Client | undefined;
beforeEach(async () => {
  server = await FakeApi.open();
});
afterEach(async () => {
  await client?.[Symbol.asyncDispose]();
  client = undefined;
  await server[Symbol.asyncDispose]();
});

it('reads the kubeconfig again, once, when the credentials are refused', async () => {
  client = openClient({ server: server.url, user: { token: 'old' } });
  server.respond = only('old');
  await client.api.call(REQUEST);
  client.rewrite({ server: server.url, user: { token: 'new' } });
  server.respond = only('new');
  await expect(client.api.call(REQUEST)).resolves.toEqual({ is: 'well' });
  expect(server.asked.map(({ token }) => token)).toEqual(['Bearer old', 'Bearer old', 'Bearer new']);
  expect(server.connections).toBeLessThanOrEqual(2);
});

it('says that they are refused, also after they were read again, without showing them', async () => {
  client = openClient({ server: server.url, user: { token: 'wrong-token' } });
  server.respond = only('right');
  const error = await client.api.call(REQUEST).catch((reason: unknown) => reason);
  expect(error).toMatchObject({ failure: 'unauthenticated', code: 401 });
  expect(String(error)).toMatch(/refuses the credentials, also after they were read again/);
  expect(String(error)).not.toContain('wrong-token');
  expect(server.asked).toHaveLength(2);
});

it('takes up a rotated token file, though it ends with a newline', async () => {
  const { path, ...rest } = temporary();
  using _removed = rest;
  const tokenFile = path('token');
  writeFileSync(tokenFile, 'old\n');
  const user = { 'auth-provider': { name: 'tokenFile', config: { tokenFile } } };
  client = openClient({ server: server.url, user });
  server.respond = only('old');
  await client.api.call(REQUEST);
  writeFileSync(tokenFile, 'new\n');
  server.respond = only('new');
  await expect(client.api.call(REQUEST)).resolves.toEqual({ is: 'well' });
});

it('names the token file that is not there', async () => {
  const user = { 'auth-provider': { name: 'tokenFile', config: { tokenFile: '/nowhere/token' } } };
  client = openClient({ server: server.url, user });
  const error = await client.api.call(REQUEST).catch((reason: unknown) => reason);
  expect(error).toMatchObject({
    failure: 'unauthenticated',
    message: 'The credentials for the Kubernetes API cannot be read: ENOENT at /nowhere/token.',
  });
});

it('does not show what a credential command says', async () => {
  const exec = {
    apiVersion: 'client.authentication.k8s.io/v1',
    command: 'sh',
    args: ['-c', 'echo geheim >&2; exit 1'],
  };
  client = openClient({ server: server.url, user: { exec } });
  const error = await client.api.call(REQUEST).catch((reason: unknown) => reason);
  expect(error).toMatchObject({ failure: 'unauthenticated' });
  // As a log would: with the causes.
  expect(inspect(error)).not.toContain('geheim');
});

it('goes to another server when the kubeconfig names one and the first is gone', async () => {
  await using other = await FakeApi.open((_asked, response) => json(response, 200, { is: 'other' }));
  client = openClient({ server: server.url });
  await client.api.call(REQUEST);
  await server[Symbol.asyncDispose]();
  client.rewrite({ server: other.url });
  await expect(client.api.call(REQUEST)).resolves.toEqual({ is: 'other' });
});

it('moves twice while a stream from before the first move is open', async () => {
  await using second = await FakeApi.open(only('second'));
  await using third = await FakeApi.open(only('third'));
  client = openClient({ server: server.url, user: { token: 'first' } });
  server.respond = (asked, response) => {
    if (asked.query.has('watch')) response.write('one');
    else only('first')(asked, response);
  };
  await client.api.call(REQUEST);
  const { signal } = new AbortController();
  const stream = client.api.open({ ...REQUEST, path: `${REQUEST.path}?watch` }, { signal, silenceMs: 0 });
  await stream.next();
  for (const [next, token] of [
    [second, 'second'],
    [third, 'third'],
  ] as const) {
    server.respond = (_asked, response) => json(response, 401, {});
    client.rewrite({ server: next.url, user: { token } });
    await expect(client.api.call(REQUEST)).resolves.toEqual({ is: 'well' });
    second.respond = (_asked, response) => json(response, 401, {});
  }
  // A promise that nobody holds and that rejects would fail this run of tests.
  await new Promise((resolve) => setImmediate(resolve));
  await stream.return();
});

it('speaks to a server below a path', async () => {
  client = openClient({ server: `${server.url}/k8s/clusters/one` });
  await client.api.call(REQUEST);
  expect(server.asked[0]?.path).toBe('/k8s/clusters/one/api/v1/namespaces/n/pods');
});
