import { readFileSync } from 'node:fs';
import { loadYaml, type V1Role } from '@kubernetes/client-node';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { ApiError } from '../../../../src/runner/kubernetes/api/error.ts';
import { PERMISSIONS, Permissions } from '../../../../src/runner/kubernetes/api/permissions.ts';
import { type Client, openClient } from './support/client.ts';
import { type Asked, FakeApi, json } from './support/fake-api.ts';

let server: FakeApi;
let client: Client;
let standing: Permissions | undefined;
/** Rights that the server says are missing, `verb resource`, and whether the namespace is there. */
let missing: string[];
let hasNamespace: boolean;

beforeEach(async () => {
  missing = [];
  hasNamespace = true;
  server = await FakeApi.open((asked, response) => {
    if (isReview(asked)) {
      const { resource, subresource, verb } = JSON.parse(asked.body).spec.resourceAttributes;
      const right = `${verb} ${subresource ? `${resource}/${subresource}` : resource}`;
      return json(response, 201, { status: { allowed: !missing.includes(right) } });
    }
    if (hasNamespace) return json(response, 422, { reason: 'Invalid' });
    return json(response, 404, { reason: 'NotFound', details: { kind: 'namespaces' } });
  });
  client = openClient({ server: server.url });
});
afterEach(async () => {
  await standing?.[Symbol.asyncDispose]();
  await client[Symbol.asyncDispose]();
  await server[Symbol.asyncDispose]();
});

const isReview = ({ path }: Asked) => path.endsWith('/selfsubjectaccessreviews');

it('checks every permission once and is quiet when all is well', async () => {
  standing = new Permissions(client.api, 'n', () => {});
  await vi.waitFor(() => expect(server.asked.filter(isReview)).toHaveLength(PERMISSIONS.length));
  expect(standing.problem).toBeNull();
  expect(server.asked).toHaveLength(PERMISSIONS.length + 1);
});

it('names the permissions that are missing', async () => {
  missing = ['create jobs', 'get pods/log'];
  standing = new Permissions(client.api, 'n', () => {});
  await vi.waitFor(() =>
    expect(standing?.problem).toBe(
      'Podline lacks permissions in namespace n: create jobs, get pods/log; the Role in k8s/base/runner-role.yaml gives them (docs/kubernetes.md).',
    ),
  );
});

it('says that the namespace is missing, without asking for permissions in it', async () => {
  hasNamespace = false;
  standing = new Permissions(client.api, 'n', () => {});
  await vi.waitFor(() => expect(standing?.problem).toMatch(/^The namespace n does not exist/));
  expect(server.asked).toHaveLength(1);
});

it('checks again when a call meets a permanent failure, and heals', async () => {
  const changes: (string | null)[] = [];
  const all = new Permissions(client.api, 'n', () => changes.push(all.problem));
  standing = all;
  await vi.waitFor(() => expect(server.asked.length).toBe(PERMISSIONS.length + 1));
  await vi.waitFor(() => {
    const operation = { verb: 'create', resource: 'jobs', namespace: 'n' };
    all.note(new ApiError('It is forbidden.', { failure: 'forbidden', code: 403, reason: '', operation }));
    expect(server.asked.length).toBeGreaterThan(PERMISSIONS.length + 1);
  });
  await vi.waitFor(() => expect(all.problem).toBeNull());
  expect(changes).toContain('It is forbidden.');
});

it('has a Role that gives what is used, and nothing more', () => {
  const file = new URL('../../../../k8s/base/runner-role.yaml', import.meta.url);
  const role = loadYaml<V1Role>(readFileSync(file, 'utf8'));
  const given = role.rules?.flatMap(({ apiGroups = [], resources = [], verbs }) =>
    apiGroups.flatMap((group) =>
      resources.flatMap((resource) => verbs.map((verb) => `${verb} ${group}/${resource}`)),
    ),
  );
  const asked = PERMISSIONS.map(({ verb, group, resource }) => `${verb} ${group}/${resource}`);
  expect(given?.sort()).toEqual(asked.toSorted());
});
