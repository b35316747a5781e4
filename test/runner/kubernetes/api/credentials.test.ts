import { writeFileSync } from 'node:fs';
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
  expect(String(error)).not.toContain('geheim');
});

it('goes to another server when the kubeconfig names one and the first is gone', async () => {
  await using other = await FakeApi.open((_asked, response) => json(response, 200, { is: 'other' }));
  client = openClient({ server: server.url });
  await client.api.call(REQUEST);
  await server[Symbol.asyncDispose]();
  client.rewrite({ server: other.url });
  await expect(client.api.call(REQUEST)).resolves.toEqual({ is: 'other' });
});

it('speaks to a server below a path', async () => {
  client = openClient({ server: `${server.url}/k8s/clusters/one` });
  await client.api.call(REQUEST);
  expect(server.asked[0]?.path).toBe('/k8s/clusters/one/api/v1/namespaces/n/pods');
});
