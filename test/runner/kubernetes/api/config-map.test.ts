import { afterEach, beforeEach, expect, it } from 'vitest';
import { createConfigMap } from '../../../../src/runner/kubernetes/api/operations.ts';
import { type Client, openClient } from './support/client.ts';
import { FakeApi, json, wire } from './support/fake-api.ts';

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

const MAP = { metadata: { name: 'm' }, immutable: true, data: { 'launcher.py': 'print()' } };

/** There is one of that name, with this data. */
function thereIs(data: object): void {
  server.respond = ({ method }, response) => {
    if (method === 'POST') json(response, 409, { reason: 'AlreadyExists', code: 409 });
    else json(response, 200, wire('m', 1, { data }));
  };
}

it('creates one, and requests no more than its metadata', async () => {
  server.respond = (_asked, response) => json(response, 201, wire('m', 1));
  await createConfigMap(client.api, 'n', MAP);
  expect(server.asked).toHaveLength(1);
  const [asked] = server.asked;
  expect(asked).toMatchObject({ method: 'POST', path: '/api/v1/namespaces/n/configmaps' });
  expect(asked?.accept).toContain('PartialObjectMetadata');
  expect(JSON.parse(asked?.body ?? '')).toEqual({ apiVersion: 'v1', kind: 'ConfigMap', ...MAP });
});

it('takes the one of that name that holds the same', async () => {
  thereIs(MAP.data);
  await createConfigMap(client.api, 'n', MAP);
  expect(client.requests).toEqual(['create configmaps 409', 'get configmaps 200']);
});

it('says what to do with one that holds something else', async () => {
  thereIs({ 'launcher.py': 'print("other")' });
  await expect(createConfigMap(client.api, 'n', MAP)).rejects.toMatchObject({
    name: 'ApiError',
    failure: 'invalid',
    message:
      'The ConfigMap m in namespace n holds something else than what its name stands for: kubectl -n n delete configmap m lets Podline make it again.',
  });
});

it('names the permission that is missing', async () => {
  server.respond = (_asked, response) => json(response, 403, { reason: 'Forbidden', code: 403 });
  await expect(createConfigMap(client.api, 'n', MAP)).rejects.toMatchObject({
    failure: 'forbidden',
    message:
      'Podline lacks a permission in namespace n: create configmaps; the Role in k8s/base/runner-role.yaml gives it (docs/kubernetes.md).',
  });
});
