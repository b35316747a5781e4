import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { isInputObjectType } from 'graphql';
import { afterEach, describe, expect, test } from 'vitest';
import { OutputMissingError, StdinFullError, StoreUnavailableError } from '../../src/executions/errors.ts';
import { buildSchema } from '../../src/schema/schema.ts';
import type { Authenticator } from '../../src/server/authenticator.ts';
import { operationsRoutes } from '../../src/server/rest/operations.ts';
import { base64, Service, type ServiceOptions } from '../server/support/service.ts';
import { ROOT } from './support/blocks.ts';
import { faultsOf } from './support/json-schema.ts';
import { bodyOf, OPENAPI, OPERATIONS } from './support/openapi.ts';

const { schemas } = OPENAPI.components;
const UNKNOWN = '01890000-0000-7000-8000-000000000000';
const BODY = { code: base64('1'), language: 'python' };

let service: Service;
afterEach(() => service?.[Symbol.asyncDispose]());

/** How a status is brought about. */
interface Case {
  readonly options?: ServiceOptions;
  readonly headers?: { readonly [name: string]: string };
  readonly body?: unknown;
  /** Replaces the id of an execution that has ended. */
  readonly id?: string;
  readonly query?: string;
  /** In place of the file that it has left. */
  readonly path?: string;
  /** Whether it is of an execution whose stdin is open, instead of one that has ended. */
  readonly isOpen?: boolean;
  /** Sent before it. */
  readonly before?: (service: Service) => Promise<unknown>;
}

const away = () => Promise.reject(new StoreUnavailableError('The database is away.'));
const withKeys: ServiceOptions = { config: { apiKeys: [{ name: 'me', key: 'key' }] } };
const full = () => Promise.reject(new StdinFullError('Stdin is full.', 100));
const unhealthy = () => Promise.resolve({ status: 'UNHEALTHY', running: 0, queued: 0, checks: [] } as const);
/** What the routes that need a caller and an execution have in common. */
const ofExecution: { readonly [status: string]: Case } = {
  200: {},
  401: { options: withKeys, id: UNKNOWN },
  404: { id: UNKNOWN },
};
const result: { readonly [status: string]: Case } = {
  ...ofExecution,
  410: { options: { replace: { output: { pieces: () => Promise.reject(new OutputMissingError('x')) } } } },
  503: { options: { replace: { get: away } } },
};
const files = { ...ofExecution, 503: { options: { replace: { get: away } } } };
const file: { readonly [status: string]: Case } = {
  ...ofExecution,
  206: { headers: { range: 'bytes=1-2' } },
  304: { headers: { 'if-none-match': '*' } },
  400: { path: '%zz' },
  416: { headers: { range: 'bytes=9-' } },
  503: { options: { replace: { openFile: away } } },
};
const display: { readonly [status: string]: Case } = {
  200: { path: '2/0' },
  401: { options: withKeys, id: UNKNOWN },
  404: { path: '1/0' },
  503: { path: '2/0', options: { replace: { get: away } } },
};
const probe: { readonly [status: string]: Case } = { 200: {} };
const health = { 200: {}, 503: { options: { replace: { health: unhealthy } } } };
const aUser: Authenticator = {
  needsCredentials: true,
  authenticate: () => Promise.resolve({ name: 'key:me', roles: new Set(['user']) }),
};
const metrics = { 200: {}, 401: { options: withKeys }, 403: { options: { authenticator: aUser } } };

const CASES: { readonly [operation: string]: { readonly [status: string]: Case } } = {
  'POST /execute': {
    200: { body: bodyExample() },
    400: { body: { ...BODY, tiemout: 5 } },
    401: { options: withKeys, body: BODY },
    404: { body: { code: base64('1'), session_id: UNKNOWN } },
    409: {
      body: BODY,
      headers: { 'idempotency-key': 'k' },
      before: (open) => open.post('/execute', { ...BODY, code: base64('2') }, { 'idempotency-key': 'k' }),
    },
    413: { body: { ...BODY, code: base64('x'.repeat(2 ** 20 + 1)) } },
    415: { body: 'code=1', headers: { 'content-type': 'text/plain' } },
    429: { options: { maxQueued: 1, maxRunning: 1 }, body: BODY, before: filled },
    503: { options: { replace: { execute: away } }, body: BODY },
  },
  'GET /result/{execution_id}': result,
  'HEAD /result/{execution_id}': result,
  'GET /result/{execution_id}/stream': {
    ...ofExecution,
    204: { headers: { 'last-event-id': '99' } },
    400: { query: '?after=x' },
    503: { options: { replace: { followOutput: away } } },
  },
  'POST /result/{execution_id}/stdin': {
    200: { body: 'x', isOpen: true },
    400: { body: 'x', isOpen: true, query: '?end=perhaps' },
    401: { options: withKeys, id: UNKNOWN },
    404: { id: UNKNOWN },
    409: { body: 'x', isOpen: true, query: '?offset=3' },
    410: { body: 'x' },
    413: { body: 'x'.repeat(65_537), isOpen: true },
    429: { body: 'x', options: { replace: { writeStdin: full } } },
    503: { body: 'x', options: { replace: { writeStdin: away } } },
  },
  'GET /result/{execution_id}/files': files,
  'HEAD /result/{execution_id}/files': files,
  'GET /result/{execution_id}/files/{path}': file,
  'HEAD /result/{execution_id}/files/{path}': file,
  'GET /result/{execution_id}/displays/{path}': display,
  'HEAD /result/{execution_id}/displays/{path}': display,
  'POST /result/{execution_id}/token': { ...ofExecution, 503: { options: { replace: { get: away } } } },
  'DELETE /cleanup/{execution_id}': { ...ofExecution, 503: { options: { replace: { cleanup: away } } } },
  'GET /health': health,
  'HEAD /health': health,
  'GET /livez': probe,
  'HEAD /livez': probe,
  'GET /readyz': probe,
  'HEAD /readyz': probe,
  'GET /metrics': metrics,
  'HEAD /metrics': metrics,
};

const STATUSES = OPERATIONS.flatMap(([name, { responses }]) =>
  Object.keys(responses)
    .filter((status) => status !== 'default')
    .map((status) => ({ name, status, response: responses[status] ?? {} })),
);

describe('every status that it names is one that the route gives, with such a body', () => {
  test.each(STATUSES.filter(({ name, status }) => !isWhileClosing(name, status)))(
    '$name $status',
    async ({ name, status, response }) => {
      const case_ = CASES[name]?.[status];
      if (!case_) throw new Error(`Expected a case that gives ${status} for ${name}, got none.`);
      const answer = await answerOf(name, case_);
      expect(answer.status).toBe(Number(status));
      const body = name.startsWith('HEAD') ? null : bodyOf(response);
      if (body === null) expect(await answer.text()).toBe('');
      else await expectBody(answer, body);
    },
  );
});

test('GET and HEAD /readyz 503 while it closes, when it takes no new connection', async () => {
  service = await Service.open();
  const { metrics: counted } = service;
  const { methods } = operationsRoutes(counted, () => false).find(({ path }) => path === '/readyz') ?? {};
  expect(STATUSES.filter(({ name, status }) => isWhileClosing(name, status))).toHaveLength(2);
  for (const handler of Object.values(methods ?? {}))
    expect(() => Reflect.apply(handler, null, [{}])).toThrow(expect.objectContaining({ status: 503 }));
});

test('every route of src/server/rest is in it, with its methods, and no other', async () => {
  const inCode = globSync('src/server/rest/*.ts', { cwd: ROOT })
    .flatMap((file) => [...readFileSync(join(ROOT, file), 'utf8').matchAll(/path: '(\/[^']*)'/g)])
    .map(([, path = '']) => path.replace(':id', '{execution_id}').replace('*path', '{path}'));
  expect(Object.keys(OPENAPI.paths).sort()).toEqual(inCode.sort());
  service = await Service.open();
  for (const path of inCode) {
    const answer = await service.get(path.replace('{execution_id}', UNKNOWN), {}, { method: 'PATCH' });
    const methods = OPERATIONS.map(([name]) => name.split(' ')).filter(([, its]) => its === path);
    expect(answer.status).toBe(405);
    expect(answer.headers.get('allow')?.split(', ').sort()).toEqual(methods.map(([method]) => method).sort());
    expect(faultsOf(await answer.json(), { $ref: '#/components/schemas/Error' }, schemas)).toEqual([]);
  }
});

test('every status that the routes name is in it', () => {
  const named = globSync('src/server/{rest/*,http/http-error,http/body}.ts', { cwd: ROOT })
    .map((file) => readFileSync(join(ROOT, file), 'utf8'))
    .flatMap((text) => [
      ...text.matchAll(/(?:HttpError\(|writeHead\(|replyJson\(response, |return )(\d{3})\b/g),
    ])
    .map(([, status = '']) => status);
  expect(new Set(named).size).toBeGreaterThan(8);
  const documented = new Set(STATUSES.map(({ status }) => status));
  expect([...new Set(named)].filter((status) => !documented.has(status))).toEqual([]);
});

test('a submission has the fields of the GraphQL input, and the examples are as the schemas say', () => {
  const type = buildSchema().getType('ExecuteInput');
  const fields = isInputObjectType(type) ? Object.keys(type.getFields()) : [];
  expect(Object.keys(schemas['Submission']?.properties ?? {}).sort()).toEqual(
    fields.filter((name) => name !== 'encoding' && name !== 'idempotencyKey').sort(),
  );
  const media = OPERATIONS.flatMap(([, { requestBody, responses }]) => [
    ...Object.values(requestBody?.content ?? {}),
    ...Object.values(responses).flatMap((response) => bodyOf(response)?.media ?? []),
  ]).filter(({ example }) => example !== undefined);
  expect(media.length).toBeGreaterThan(5);
  expect(media.flatMap(({ example, schema }) => faultsOf(example, schema, schemas))).toEqual([]);
});

async function answerOf(
  name: string,
  { options, headers, body, id, query, path: given = 'left', isOpen, before }: Case,
): Promise<Response> {
  service = await Service.open(options);
  const [method = '', path = ''] = name.split(' ');
  const ended = path.includes('{execution_id}') && id === undefined ? await execution(isOpen ?? false) : '';
  await before?.(service);
  const target = path.replace('{execution_id}', id ?? ended).replace('{path}', given) + (query ?? '');
  if (method === 'POST') return await service.post(target, body, headers);
  return await service.get(target, headers, { method });
}

function isWhileClosing(name: string, status: string): boolean {
  return name.endsWith(' /readyz') && status === '503';
}

function execution(isOpen: boolean): Promise<string> {
  return isOpen ? openExecution() : endedExecution();
}

async function openExecution(): Promise<string> {
  const answer = await service.post('/execute', { ...BODY, stdinOpen: true });
  return (await answer.json()).execution_id;
}

async function endedExecution(): Promise<string> {
  const { id, run } = await service.start();
  run.print('line\n');
  run.display({
    parts: [{ mediaType: 'application/octet-stream', data: 'aGVsbG8=', isBase64: true }],
    isResult: true,
  });
  await run.leave('left', Buffer.from('bytes'));
  run.end();
  for await (const { execution } of await service.executions.followOutput('anonymous', id, 0))
    if (execution.finishedAt !== null) break;
  return id;
}

/** One runs and one waits, where that is all there is room for. */
async function filled(open: Service): Promise<void> {
  await open.start();
  await open.submit();
}

function bodyExample(): unknown {
  const [, execute] = OPERATIONS.find(([name]) => name === 'POST /execute') ?? [];
  return execute?.requestBody?.content['application/json']?.example;
}

async function expectBody(answer: Response, body: NonNullable<ReturnType<typeof bodyOf>>): Promise<void> {
  expect(answer.headers.get('content-type')).toContain(body.type);
  const text = await answer.text();
  if (body.type === 'application/json') {
    expect(faultsOf(JSON.parse(text), body.media.schema, schemas)).toEqual([]);
  } else if (body.type === 'text/event-stream') {
    const events = [...text.matchAll(/(?:event: (\w+)\n)?id: \d+\ndata: (.*)\n/g)];
    expect(events.map(([, event]) => event)).toEqual([undefined, 'end']);
    const faults = events.flatMap(([, event, data = '']) =>
      faultsOf(JSON.parse(data), { $ref: `#/components/schemas/${event ? 'End' : 'Chunks'}` }, schemas),
    );
    expect(faults).toEqual([]);
  }
}
