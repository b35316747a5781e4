import { afterAll, beforeAll, expect, test } from 'vitest';
import { readEvents } from './support/event-stream.ts';
import { post } from './support/post.ts';
import { openService, type TestService } from './support/service.ts';

let service: TestService;
beforeAll(async () => {
  service = await openService({ WARM: 'python=1,javascript=0' });
});
afterAll(() => service?.[Symbol.asyncDispose]());

async function ask(query: string, variables: object = {}) {
  const { data, errors } = await (await post(`${service.url}/graphql`, { query, variables })).json();
  expect(errors).toBeUndefined();
  return data;
}

interface Seen {
  readonly texts: readonly string[];
  readonly end: { readonly status: string; readonly endReason: string } | null;
}

/** Watches from chunk number `after` on, up to the end, or to the first event with chunks. */
async function watch(id: string, after: number, isCut: boolean): Promise<Seen & { cursor: number }> {
  const query = `subscription { output(id: "${id}", after: ${after}) {
    cursor ended chunks { stream text } execution { status endReason } } }`;
  const headers = { accept: 'text/event-stream', 'content-type': 'application/json' };
  const body = JSON.stringify({ query });
  const response = await fetch(`${service.url}/graphql`, {
    method: 'POST',
    headers,
    body,
  });
  const texts: string[] = [];
  for await (const { event, data } of readEvents(response)) {
    if (event !== 'next') continue;
    const { output } = JSON.parse(data).data;
    for (const { stream, text } of output.chunks) texts.push(`${stream} ${text}`);
    if (output.ended) return { texts, end: output.execution, cursor: output.cursor };
    if (!isCut || texts.length === 0) continue;
    // Leaving the loop closes the stream.
    return { texts, end: null, cursor: output.cursor };
  }
  throw new Error('The stream ended before the execution did.');
}

/** What was printed, with the stream's name where it changes: how it is parted into chunks is nobody's business. */
function printed({ texts }: Seen): string {
  let last = '';
  return texts
    .map((entry) => {
      const [stream = ''] = entry.split(' ', 1);
      const text = stream === last ? entry.slice(stream.length + 1) : entry;
      last = stream;
      return text;
    })
    .join('');
}

/** One that is cut once it has seen something, and resumes. */
async function watchInTwo(id: string): Promise<Seen> {
  const first = await watch(id, 0, true);
  if (first.end !== null) return first;
  const rest = await watch(id, first.cursor, false);
  return { texts: [...first.texts, ...rest.texts], end: rest.end };
}

const SLEEP =
  'import time\nprint("sleeps", flush=True)\ntry:\n  while True: time.sleep(0.01)\nfinally:\n  print("woken")';
const CELLS: readonly {
  code: string;
  timeoutMs?: number;
  interrupt?: true;
  output: string;
  status: string;
}[] = [
  { code: 'x = 1', output: '', status: 'SUCCEEDED' },
  { code: 'x + 1', output: 'DISPLAY 2\n', status: 'SUCCEEDED' },
  { code: 'for n in range(3): print(n)', output: 'STDOUT 0\n1\n2\n', status: 'SUCCEEDED' },
  { code: '1 / 0', output: 'ZeroDivisionError: division by zero\n', status: 'FAILED' },
  { code: SLEEP, timeoutMs: 700, output: 'woken\n', status: 'FAILED' },
  { code: 'x', output: 'DISPLAY 1\n', status: 'SUCCEEDED' },
  { code: SLEEP, interrupt: true, output: 'KeyboardInterrupt', status: 'FAILED' },
  { code: 'open("a.txt", "w").write(str(x))', output: 'DISPLAY 1\n', status: 'SUCCEEDED' },
  {
    code: 'print("a"); display(x); print("b")',
    output: 'STDOUT a\nDISPLAY 1\nSTDOUT b\n',
    status: 'SUCCEEDED',
  },
  { code: 'open("a.txt").read()', output: "DISPLAY '1'\n", status: 'SUCCEEDED' },
];

test('ten cells with an error, a time-out and an interrupt; two viewers see the same, one of them cut', async () => {
  const { createSession } = await ask(
    'mutation { createSession(input: { language: "python" }) { ... on CreateSessionSuccess { session { id } } } }',
  );
  const sessionId = createSession.session.id;
  for (const [index, { code, timeoutMs, interrupt, output, status }] of CELLS.entries()) {
    const input = { code, sessionId, context: 'main', limits: { timeoutMs: timeoutMs ?? 20_000 } };
    const { execute } = await ask(
      'mutation ($input: ExecuteInput!) { execute(input: $input) { ... on ExecuteSuccess { execution { id } } } }',
      { input },
    );
    const { id } = execute.execution;
    const viewers = Promise.all([watch(id, 0, false), watchInTwo(id)]);
    if (interrupt) {
      await watch(id, 0, true);
      await ask(`mutation { interrupt(id: "${id}") { __typename } }`);
    }
    const [whole, cut] = await viewers;
    expect(printed(cut), `cell ${index + 1}`).toBe(printed(whole));
    expect(cut.end).toEqual(whole.end);
    expect(printed(whole)).toContain(output);
    expect(whole.end).toMatchObject({ status, ...(timeoutMs !== undefined && { endReason: 'TIMED_OUT' }) });
  }
  const { session } = await ask(
    `{ session(id: "${sessionId}") { status contexts { name executionCount stateLost } } }`,
  );
  expect(session.contexts).toEqual([{ name: 'main', executionCount: CELLS.length, stateLost: false }]);
  const { endSession } = await ask(
    `mutation { endSession(id: "${sessionId}") { ... on EndSessionSuccess { session { status endReason } } } }`,
  );
  expect(endSession.session).toEqual({ status: 'ENDED', endReason: 'CLOSED' });
}, 120_000);

test('what is too large for its chunk is linked, and is there for a viewer at once and after the end', async () => {
  const { createSession } = await ask(
    'mutation { createSession(input: { language: "python" }) { ... on CreateSessionSuccess { session { id } } } }',
  );
  const sessionId = createSession.session.id;
  const code =
    'display({"text/plain": "shown", "text/html": "<b>", "image/png": b"\\x89" * 3_000_000}); print("on"); input()';
  const { execute } = await ask(
    'mutation ($input: ExecuteInput!) { execute(input: $input) { ... on ExecuteSuccess { execution { id } } } }',
    { input: { code, sessionId, context: 'main', stdinOpen: true } },
  );
  const { id } = execute.execution;
  await watch(id, 0, true);
  for (const isOver of [false, true]) {
    if (isOver) {
      await ask(`mutation { writeStdin(id: "${id}", data: "x\\n") { __typename } }`);
      await watch(id, 0, false);
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
