import { type Answer, ask, askRaw, type Headers } from './graphql.ts';
import { until } from './until.ts';

/** An execution as the tests ask for it. */
export interface Execution {
  readonly id: string;
  readonly status: string;
  readonly endReason: string | null;
  readonly message: string | null;
  readonly exitCode: number | null;
  readonly signal: string | null;
  readonly language: string;
  readonly code: string;
  readonly args: readonly string[];
  readonly labels: readonly { readonly name: string; readonly value: string }[];
  readonly limits: { readonly timeoutMs: number; readonly memoryMb: number; readonly outputBytes: number };
  readonly output: string;
  readonly stdout: string;
  readonly stderr: string;
  readonly outputBytes: number;
  readonly outputTruncated: boolean;
  readonly createdAt: string;
  readonly startedAt: string | null;
  readonly finishedAt: string | null;
  readonly queuePosition: number | null;
  readonly usage: { readonly wallMs: number } | null;
  readonly runner: Place | null;
}

/** Where an execution runs or ran. */
interface Place {
  readonly kind: string;
  readonly job: string | null;
  readonly pod: string | null;
  readonly node: string | null;
  readonly warm: boolean;
}

const FIELDS = `
  id status endReason message exitCode signal language code args
  labels { name value } limits { timeoutMs memoryMb outputBytes }
  output stdout: output(stream: STDOUT) stderr: output(stream: STDERR) outputBytes outputTruncated
  createdAt startedAt finishedAt queuePosition usage { wallMs } runner { kind job pod node warm }
`;

/** What became of a submission, a cancel or a cleanup: the execution, or the fields of the error it was. */
export interface Result {
  readonly __typename: string;
  readonly execution?: { readonly id: string; readonly status: string };
  readonly code?: string;
  readonly message?: string;
  readonly field?: string;
  readonly supported?: readonly string[];
  readonly retryAfterMs?: number;
  readonly executionId?: string;
}

const EXECUTE = `mutation Execute($input: ExecuteInput!) {
  execute(input: $input) {
    __typename
    ... on ExecuteSuccess { execution { id status } }
    ... on UserError { code message }
    ... on InvalidInputError { field }
    ... on UnsupportedLanguageError { supported }
    ... on QueueFullError { retryAfterMs }
    ... on IdempotencyConflictError { executionId }
  }
}`;

/** Submits and gives back whatever came. */
export function trySubmit(
  url: string,
  input: Record<string, unknown>,
  headers?: Headers,
): Promise<Answer<{ execute: Result }>> {
  return askRaw(url, EXECUTE, { input }, headers);
}

/** Submits and expects success; resolves to the id. */
export async function submit(
  url: string,
  input: Record<string, unknown>,
  headers?: Headers,
): Promise<string> {
  const answer = await trySubmit(url, input, headers);
  const id = answer.data?.execute.execution?.id;
  if (id === undefined) throw new Error(`Expected an execution, got ${JSON.stringify(answer)}.`);
  return id;
}

/** The execution; null when the server knows none of that id for this caller. */
export async function find(url: string, id: string, headers?: Headers): Promise<Execution | null> {
  const query = `query Find($id: ID!) { execution(id: $id) { ${FIELDS} } }`;
  const { execution } = await ask<{ execution: Execution | null }>(url, query, { id }, headers);
  return execution;
}

/** The execution, which must be there. */
export async function get(url: string, id: string, headers?: Headers): Promise<Execution> {
  const execution = await find(url, id, headers);
  if (!execution) throw new Error(`Expected execution ${id}, got none.`);
  return execution;
}

/** How it stands, without its output. */
interface Standing {
  readonly status: string;
  readonly outputBytes: number;
}

async function standing(url: string, id: string, headers?: Headers): Promise<Standing | null> {
  const query = 'query Standing($id: ID!) { execution(id: $id) { status outputBytes } }';
  return (await ask<{ execution: Standing | null }>(url, query, { id }, headers)).execution;
}

const ENDED: readonly string[] = ['SUCCEEDED', 'FAILED', 'CANCELLED'];

/** Waits for its end. */
export async function ended(url: string, id: string, headers?: Headers): Promise<Execution> {
  await until(
    `${id} has ended`,
    () => standing(url, id, headers),
    (now) => now !== null && ENDED.includes(now.status),
  );
  return get(url, id, headers);
}

/** Waits until it runs and has printed more than `bytes`. */
export async function printing(url: string, id: string, bytes = 0): Promise<Execution> {
  await until(
    `${id} prints`,
    () => standing(url, id),
    (now) => now?.status === 'RUNNING' && now.outputBytes > bytes,
  );
  return get(url, id);
}

/** Submits and waits for the end. */
export async function run(
  url: string,
  input: Record<string, unknown>,
  headers?: Headers,
): Promise<Execution> {
  return ended(url, await submit(url, input, headers), headers);
}

export async function cancel(url: string, id: string, headers?: Headers): Promise<Result> {
  const query = `mutation Cancel($id: ID!) {
    cancel(id: $id) { __typename ... on CancelSuccess { execution { id status } } ... on UserError { code message } }
  }`;
  return (await ask<{ cancel: Result }>(url, query, { id }, headers)).cancel;
}

export async function cleanup(url: string, id: string, headers?: Headers): Promise<Result> {
  const query = `mutation Cleanup($id: ID!) {
    cleanup(id: $id) {
      __typename
      ... on CleanupSuccess { execution { id status } message }
      ... on UserError { code message }
    }
  }`;
  return (await ask<{ cleanup: Result }>(url, query, { id }, headers)).cleanup;
}

/** How many executions the caller has, 100 at most. */
export async function count(url: string, headers?: Headers): Promise<number> {
  const query = '{ executions(first: 100) { edges { cursor } } }';
  const { executions } = await ask<{ executions: { edges: unknown[] } }>(url, query, {}, headers);
  return executions.edges.length;
}
