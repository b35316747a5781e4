import { v7 } from 'uuid';
import type { Execution, ExecutionStatus, Payload } from '../../../src/executions/execution.ts';
import { NO_FILES, NO_OPEN_STDIN, NOT_IN_SESSION } from '../../../src/executions/execution.ts';
import type { Chunk } from '../../../src/executions/output/chunk.ts';
import type { Store } from '../../../src/executions/store.ts';

/** When the first sample is created; each one after it is a second younger. */
export const FIRST_CREATED_AT = Date.UTC(2030, 0, 1);

export const EMPTY_PAYLOAD: Payload = { stdin: '', files: [], env: [] };

let count = 0;

/** A queued execution, younger than every sample before it. */
export function sample(overrides: Partial<Execution> = {}): Execution {
  const createdAt = overrides.createdAt ?? FIRST_CREATED_AT + count * 1000;
  count += 1;
  const id = overrides.id ?? v7({ msecs: createdAt });
  return {
    id,
    caller: 'anonymous',
    uniqueKey: `id:${id}`,
    inputHash: 'v1:5f70bf18a086007016e948b04aed3b82103a36bea41755b6cddfaf10ace3c6ef',
    status: 'QUEUED',
    endReason: null,
    message: null,
    exitCode: null,
    signal: null,
    language: 'python',
    fileName: 'main.py',
    code: 'print("hello")\n',
    args: [],
    labels: [],
    limits: { timeoutMs: 30_000, memoryMb: 256, cpuMillis: 1000, outputBytes: 10_485_760 },
    ...NO_OPEN_STDIN,
    ...NOT_IN_SESSION,
    ...NO_FILES,
    lastSeq: null,
    outputBytes: 0,
    outputTruncated: false,
    createdAt,
    startedAt: null,
    finishedAt: null,
    cancelRequestedAt: null,
    usage: null,
    runner: null,
    owner: null,
    epoch: 0,
    ...overrides,
  };
}

/** Creates a sample with an empty payload. */
export async function create(store: Store, overrides: Partial<Execution> = {}): Promise<Execution> {
  const execution = sample(overrides);
  await store.createExecution(execution, EMPTY_PAYLOAD);
  return execution;
}

/** Creates one that ended at `finishedAt`. */
export function createEnded(
  store: Store,
  finishedAt: number,
  overrides: Partial<Execution> = {},
): Promise<Execution> {
  return create(store, { status: 'SUCCEEDED', endReason: 'EXITED', exitCode: 0, finishedAt, ...overrides });
}

export function chunk(seq: number, text = `line ${seq}\n`, overrides: Partial<Chunk> = {}): Chunk {
  return { seq, stream: 'STDOUT', text, at: FIRST_CREATED_AT + seq, ...overrides };
}

/** Chunks `from` to `to`, both included. */
export function chunks(from: number, to: number): Chunk[] {
  return Array.from({ length: to - from + 1 }, (_, index) => chunk(from + index));
}

export function ids(executions: readonly Execution[]): string[] {
  return executions.map((execution) => execution.id);
}

/** A range that bounds nothing. */
export const ALL = { after: 0, limit: 1_000_000, maxBytes: 1_000_000_000 };

export const EVERY_STATUS: readonly ExecutionStatus[] = [
  'QUEUED',
  'STARTING',
  'RUNNING',
  'SUCCEEDED',
  'FAILED',
  'CANCELLED',
];
