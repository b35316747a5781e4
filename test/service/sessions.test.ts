import { afterAll, beforeAll, expect, test } from 'vitest';
import { ask as askAt } from './support/graphql.ts';
import { openService, type TestService } from './support/service.ts';
import { createSession, liveTenCells, watch } from './support/sessions.ts';

let service: TestService;
beforeAll(async () => {
  service = await openService({ WARM: 'python=1,javascript=0' });
});
afterAll(() => service?.[Symbol.asyncDispose]());

test('ten cells with an error, a time-out and an interrupt; two viewers see the same, one of them cut', async () => {
  await liveTenCells(service.url);
}, 120_000);

// biome-ignore lint/suspicious/noExplicitAny: each question has a shape of its own
function ask(query: string, variables: Record<string, unknown> = {}): Promise<any> {
  return askAt(service.url, query, variables);
}

test('what is too large for its chunk is linked, and is there for a viewer at once and after the end', async () => {
  const sessionId = await createSession(service.url, { language: 'python' });
  const code =
    'display({"text/plain": "shown", "text/html": "<b>", "image/png": b"\\x89" * 3_000_000}); print("on"); input()';
  const { execute } = await ask(
    'mutation ($input: ExecuteInput!) { execute(input: $input) { ... on ExecuteSuccess { execution { id } } } }',
    { input: { code, sessionId, context: 'main', stdinOpen: true } },
  );
  const { id } = execute.execution;
  await watch(service.url, id, 0, true);
  for (const isOver of [false, true]) {
    if (isOver) {
      await ask(`mutation { writeStdin(id: "${id}", data: "x\\n") { __typename } }`);
      await watch(service.url, id, 0, false);
    }
    const { execution } = await ask(
      `{ execution(id: "${id}") { files { path } chunks { chunks { text display { parts { mediaType text url bytes } } } } } }`,
    );
    const [shown] = execution.chunks.chunks;
    const [html, image] = shown.display.parts;
    expect(shown.text).toBe('shown\n');
    expect(html).toEqual({ mediaType: 'text/html', text: '<b>', url: null, bytes: 3 });
    expect(image).toMatchObject({ mediaType: 'image/png', text: null, bytes: 3_000_000 });
    const response = await fetch(service.url + image.url);
    expect([response.status, response.headers.get('content-type')]).toEqual([200, 'image/png']);
    expect(Buffer.from(await response.arrayBuffer()).equals(Buffer.alloc(3_000_000, 0x89))).toBe(true);
    const head = await fetch(service.url + image.url, { method: 'HEAD' });
    expect(head.headers.get('content-length')).toBe('3000000');
    expect(execution.files).toEqual([]);
  }
}, 60_000);

test('what a server allows sessions is told, and how long each may be idle', async () => {
  const { sessionLimits, runtimes } = await ask(
    '{ sessionLimits { minIdleTimeoutMs idleTimeoutMs lifetimeMs maxOpen } runtimes { language sessions contexts } }',
  );
  expect(sessionLimits).toEqual({
    minIdleTimeoutMs: 1000,
    idleTimeoutMs: 600_000,
    lifetimeMs: 86_400_000,
    maxOpen: 5,
  });
  expect(runtimes).toContainEqual({ language: 'python', sessions: true, contexts: true });
  const { createSession } = await ask(
    `mutation { createSession(input: { idleTimeoutMs: 1234 }) { ... on CreateSessionSuccess { session { id idleTimeoutMs } } } }`,
  );
  expect(createSession.session.idleTimeoutMs).toBe(1234);
});
