import { expect } from 'vitest';
import { readEvents } from './event-stream.ts';
import { submit } from './executions.ts';
import { ask, type Headers } from './graphql.ts';

/** A session as the tests ask for it. */
export interface Session {
  readonly id: string;
  readonly status: string;
  readonly endReason: string | null;
  readonly message: string | null;
  readonly contexts: readonly {
    readonly name: string;
    readonly executionCount: number;
    readonly stateLost: boolean;
  }[];
  readonly runner: { readonly job: string | null; readonly pod: string | null } | null;
}

const SESSION = 'id status endReason message contexts { name executionCount stateLost } runner { job pod }';

/** Creates a session and resolves to its id. @param input of `createSession` */
export async function createSession(url: string, input: object = {}, headers: Headers = {}): Promise<string> {
  const query = `mutation ($input: CreateSessionInput!) { createSession(input: $input) {
    ... on CreateSessionSuccess { session { id } } ... on UserError { code message } } }`;
  const { createSession } = await ask<{ createSession: { session?: { id: string } } }>(
    url,
    query,
    { input },
    headers,
  );
  if (!createSession.session) throw new Error(`Expected a session, got ${JSON.stringify(createSession)}.`);
  return createSession.session.id;
}

/** Null when the server knows none of that id for this caller. */
export async function findSession(url: string, id: string, headers: Headers = {}): Promise<Session | null> {
  const query = `query ($id: ID!) { session(id: $id) { ${SESSION} } }`;
  return (await ask<{ session: Session | null }>(url, query, { id }, headers)).session;
}

/** Ends a session and resolves to it as it is then. */
export async function endSession(url: string, id: string): Promise<Session> {
  const query = `mutation ($id: ID!) { endSession(id: $id) {
    ... on EndSessionSuccess { session { ${SESSION} } } ... on UserError { code message } } }`;
  const { endSession } = await ask<{ endSession: { session?: Session } }>(url, query, { id });
  if (!endSession.session) throw new Error(`Expected a session, got ${JSON.stringify(endSession)}.`);
  return endSession.session;
}

/** What a viewer saw. */
export interface Seen {
  readonly texts: readonly string[];
  readonly end: { readonly status: string; readonly endReason: string } | null;
}

/** Watches from chunk number `after` on, up to the end, or to the first event with chunks. */
export async function watch(
  url: string,
  id: string,
  after: number,
  isCut: boolean,
): Promise<Seen & { cursor: number }> {
  const query = `subscription { output(id: "${id}", after: ${after}) {
    cursor ended chunks { stream text } execution { status endReason } } }`;
  const headers = { accept: 'text/event-stream', 'content-type': 'application/json' };
  const body = JSON.stringify({ query });
  const response = await fetch(`${url}/graphql`, {
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
export function printed({ texts }: Seen): string {
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
async function watchInTwo(url: string, id: string): Promise<Seen> {
  const first = await watch(url, id, 0, true);
  if (first.end !== null) return first;
  const rest = await watch(url, id, first.cursor, false);
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

/**
 * Ten cells with an error, a time-out and an interrupt in a new session: two viewers of each see the same, one of them cut
 * and resumed. Resolves once the session was ended by its caller.
 */
export async function liveTenCells(url: string): Promise<void> {
  const sessionId = await createSession(url, { language: 'python' });
  for (const [index, { code, timeoutMs, interrupt, output, status }] of CELLS.entries()) {
    const limits = { timeoutMs: timeoutMs ?? 20_000 };
    const id = await submit(url, { code, sessionId, context: 'main', limits });
    const viewers = Promise.all([watch(url, id, 0, false), watchInTwo(url, id)]);
    if (interrupt) {
      await watch(url, id, 0, true);
      await ask(url, `mutation { interrupt(id: "${id}") { __typename } }`);
    }
    const [whole, cut] = await viewers;
    expect(printed(cut), `cell ${index + 1}`).toBe(printed(whole));
    expect(cut.end).toEqual(whole.end);
    expect(printed(whole)).toContain(output);
    expect(whole.end).toMatchObject({ status, ...(timeoutMs !== undefined && { endReason: 'TIMED_OUT' }) });
  }
  const session = await findSession(url, sessionId);
  expect(session?.contexts).toEqual([{ name: 'main', executionCount: CELLS.length, stateLost: false }]);
  expect(await endSession(url, sessionId)).toMatchObject({ status: 'ENDED', endReason: 'CLOSED' });
}
