import { join } from 'node:path';
import { v7 as uuidv7 } from 'uuid';
import { openSqliteStore } from '../../src/db/sqlite/open.ts';
import type { Execution, ExecutionStatus } from '../../src/executions/execution.ts';
import { NO_FILES, NO_OPEN_STDIN, NOT_IN_SESSION } from '../../src/executions/execution.ts';

/** How far back the oldest record lies: within the retention, whose default is 30 days. */
const SPAN_MS = 20 * 24 * 60 * 60_000;
const BATCH = 1000;

/**
 * Stores so many ended executions with a chunk of output each, evenly over the last 20 days, through the store's own
 * interface; returns every hundredth id.
 */
export async function fill(directory: string, count: number): Promise<string[]> {
  await using store = await openSqliteStore({ file: join(directory, 'podline.db') });
  const ids: string[] = [];
  const first = Date.now() - SPAN_MS;
  for (let from = 0; from < count; from += BATCH) {
    const batch = Array.from({ length: Math.min(BATCH, count - from) }, (_, index) =>
      record(from + index, Math.floor(first + ((from + index) / count) * SPAN_MS)),
    );
    // Asked for in one turn, so the store commits them together.
    await Promise.all(
      batch.flatMap((execution) => [
        store.createExecution(execution, { stdin: '', files: [], env: [] }),
        store.appendChunks([
          {
            executionId: execution.id,
            chunks: [{ seq: 1, stream: 'STDOUT', text: 'hello\n', at: execution.createdAt + 20 }],
          },
        ]),
        store.deletePayload(execution.id),
      ]),
    );
    ids.push(...batch.filter((_, index) => index % 100 === 0).map(({ id }) => id));
  }
  return ids;
}

function record(index: number, createdAt: number): Execution {
  const id = uuidv7({ msecs: createdAt });
  const status = statusOf(index);
  return {
    id,
    caller: 'anonymous',
    uniqueKey: `id:${id}`,
    inputHash: null,
    status,
    endReason: status === 'CANCELLED' ? 'CANCELLED' : 'EXITED',
    message: null,
    exitCode: status === 'SUCCEEDED' ? 0 : 1,
    signal: null,
    language: index % 3 === 0 ? 'javascript' : 'python',
    fileName: 'main.py',
    code: `print("hello ${index}")`,
    args: [],
    labels: index % 10 === 0 ? [{ name: 'team', value: String(index % 20) }] : [],
    limits: { timeoutMs: 30_000, memoryMb: 256, cpuMillis: 1000, outputBytes: 10_485_760 },
    ...NO_OPEN_STDIN,
    ...NOT_IN_SESSION,
    ...NO_FILES,
    lastSeq: 1,
    outputBytes: 6,
    outputTruncated: false,
    createdAt,
    startedAt: createdAt + 5,
    finishedAt: createdAt + 30,
    cancelRequestedAt: null,
    usage: { wallMs: 25, cpuMs: 20, maxMemoryMb: 60 },
    runner: { kind: 'embedded', job: null, pod: null, podUid: null, node: null, warm: true },
    owner: null,
    epoch: 1,
  };
}

function statusOf(index: number): ExecutionStatus {
  if (index % 20 === 0) return 'CANCELLED';
  return index % 7 === 0 ? 'FAILED' : 'SUCCEEDED';
}
