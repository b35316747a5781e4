import { type ExecutionResult, execute, parse, subscribe, validate } from 'graphql';
import type { Caller } from '../../src/executions/caller.ts';
import type { Execution } from '../../src/executions/execution.ts';
import { NO_FILES, NO_OPEN_STDIN, NOT_IN_SESSION } from '../../src/executions/execution.ts';
import type { ExecutionsApi } from '../../src/executions/executions.ts';
import type { OutputBatch } from '../../src/executions/output/follow.ts';
import type { OutputApi } from '../../src/executions/output/reader.ts';
import type { SessionsApi } from '../../src/executions/sessions/sessions.ts';
import { buildSchema, type SchemaContext } from '../../src/schema/schema.ts';

export const ID = '01980000-0000-7000-8000-000000000001';
export const schema = buildSchema();

/** An operation that a test has not given must not be asked for. */
export function fakeExecutions(given: Partial<ExecutionsApi> = {}): ExecutionsApi {
  return {
    runtimes: [],
    execute: unasked('execute'),
    cancel: unasked('cancel'),
    cleanup: unasked('cleanup'),
    openFile: unasked('openFile'),
    writeStdin: unasked('writeStdin'),
    interrupt: unasked('interrupt'),
    get: unasked('get'),
    list: unasked('list'),
    queuePosition: unasked('queuePosition'),
    message: unasked('message'),
    followOutput: unasked('followOutput'),
    followStatus: unasked('followStatus'),
    health: unasked('health'),
    output: fakeOutput(),
    sessions: fakeSessions(),
    ...given,
  };
}

/** What a test has not given of sessions must not be asked for. */
export function fakeSessions(given: Partial<SessionsApi> = {}): SessionsApi {
  return {
    languages: [],
    limits: { idleTimeoutMs: 600_000, lifetimeMs: 86_400_000, maxSessions: 20, maxSessionsPerCaller: 5 },
    create: unasked('create'),
    end: unasked('end'),
    get: unasked('get'),
    list: unasked('list'),
    executions: unasked('executions'),
    follow: unasked('follow'),
    ...given,
  };
}

/** A reading that a test has not given must not be requested. */
export function fakeOutput(given: Partial<OutputApi> = {}): OutputApi {
  return {
    summary: unasked('summary'),
    text: unasked('text'),
    pieces: unasked('pieces'),
    tail: unasked('tail'),
    page: unasked('page'),
    chunk: unasked('chunk'),
    part: () => {
      throw new Error('Expected no question about a part');
    },
    ...given,
  };
}

function unasked(name: string): () => Promise<never> {
  return () => Promise.reject(new Error(`${name} was asked for`));
}

export function contextOf(
  given: Partial<ExecutionsApi> = {},
  caller: Caller | null = 'key:ada',
): SchemaContext {
  return {
    executions: fakeExecutions(given),
    principal: caller === null ? null : { name: caller, roles: new Set(['user']) },
    answer: { add() {} },
    service: { version: '1.2.3', uptimeSeconds: () => 12.9 },
  };
}

/** Executes a document that must be valid. */
export async function run(
  source: string,
  contextValue: SchemaContext,
  variableValues: Record<string, unknown> = {},
): Promise<ExecutionResult> {
  return execute({ schema, document: valid(source), contextValue, variableValues });
}

/** Subscribes with a document that must be valid. */
export async function watch(
  source: string,
  contextValue: SchemaContext,
): Promise<AsyncGenerator<ExecutionResult> | ExecutionResult> {
  const result = await subscribe({ schema, document: valid(source), contextValue });
  // graphql types its iterator as a generator.
  return result as AsyncGenerator<ExecutionResult> | ExecutionResult;
}

/** As `watch`, for a subscription that must be accepted. */
export async function watching(
  source: string,
  contextValue: SchemaContext,
): Promise<AsyncGenerator<ExecutionResult>> {
  const result = await watch(source, contextValue);
  if (Symbol.asyncIterator in result) return result;
  throw new Error(`Expected a stream, got ${JSON.stringify(result)}`);
}

/** Code and message of each error, as a client sees them. */
export function errorsOf(result: ExecutionResult): { code: unknown; message: string }[] {
  return (result.errors ?? []).map(({ message, extensions }) => ({ code: extensions.code, message }));
}

function valid(source: string) {
  const document = parse(source);
  const errors = validate(schema, document);
  if (errors.length > 0) throw new Error(errors.map(({ message }) => message).join('\n'));
  return document;
}

export function executionOf(given: Partial<Execution> = {}): Execution {
  return {
    id: ID,
    caller: 'key:ada',
    uniqueKey: `id:${ID}`,
    inputHash: null,
    status: 'RUNNING',
    endReason: null,
    message: null,
    exitCode: null,
    signal: null,
    language: 'python',
    fileName: 'main.py',
    code: 'print(1)',
    args: ['a', 'b'],
    labels: [{ name: 'team', value: 'red' }],
    limits: { timeoutMs: 30_000, memoryMb: 256, cpuMillis: 1000, outputBytes: 1_000_000 },
    ...NO_OPEN_STDIN,
    ...NOT_IN_SESSION,
    ...NO_FILES,
    lastSeq: null,
    outputBytes: 0,
    outputTruncated: false,
    createdAt: Date.UTC(2026, 2, 1, 12, 0, 0, 7),
    startedAt: Date.UTC(2026, 2, 1, 12, 0, 1),
    finishedAt: null,
    cancelRequestedAt: null,
    usage: null,
    runner: { kind: 'embedded', job: null, pod: null, podUid: null, node: null, warm: true },
    owner: 'process-1',
    epoch: 1,
    ...given,
  };
}

/** One event of an output: its fourth chunk. */
export const BATCH: OutputBatch = {
  chunks: [{ seq: 4, stream: 'STDERR', text: 'hi\n', at: 0 }],
  cursor: 4,
  ended: false,
  execution: executionOf(),
  message: null,
};
/** The event after that, the last one. */
export const LAST: OutputBatch = {
  chunks: [],
  cursor: 4,
  ended: true,
  execution: executionOf({ status: 'SUCCEEDED', endReason: 'EXITED' }),
  message: null,
};
