import { v7 as uuidv7 } from 'uuid';
import type { Execution } from '../../src/executions/execution.ts';
import { NO_FILES, NO_OPEN_STDIN, NOT_IN_SESSION } from '../../src/executions/execution.ts';
import type { ExecuteInput } from '../../src/executions/input/input.ts';

/** A queued execution with what a test says of it. */
export function anExecution(fields: Partial<Execution> = {}): Execution {
  const id = fields.id ?? uuidv7();
  return {
    id,
    caller: 'anonymous',
    uniqueKey: `id:${id}`,
    inputHash: null,
    status: 'QUEUED',
    endReason: null,
    message: null,
    exitCode: null,
    signal: null,
    language: 'python',
    fileName: 'main.py',
    code: 'print(1)',
    args: [],
    labels: [],
    limits: { timeoutMs: 1000, memoryMb: 64, cpuMillis: 1000, outputBytes: 1024 },
    ...NO_OPEN_STDIN,
    ...NOT_IN_SESSION,
    ...NO_FILES,
    lastSeq: null,
    outputBytes: 0,
    outputTruncated: false,
    createdAt: 1,
    startedAt: null,
    finishedAt: null,
    cancelRequestedAt: null,
    usage: null,
    runner: null,
    owner: null,
    epoch: 0,
    ...fields,
  };
}

export function anInput(fields: Partial<ExecuteInput> = {}): ExecuteInput {
  return {
    code: 'print(1)',
    encoding: 'UTF8',
    language: 'python',
    args: [],
    stdin: '',
    stdinOpen: false,
    outputFiles: ['**'],
    files: [],
    env: [],
    labels: [],
    ...fields,
  };
}
