import { NO_FILES, NO_OPEN_STDIN, NOT_IN_SESSION } from '../../src/executions/execution.ts';
import { newExecutionId } from '../../src/executions/id.ts';
import type { Chunk } from '../../src/executions/output/chunk.ts';
import type { Store } from '../../src/executions/store.ts';
import { median } from '../figures/quantiles.ts';
import type { Place } from './places.ts';

/** As live output writes them. */
export const BATCH_BYTES = 64 * 1024;
export const BATCHES = 4;
export const TURNS = 3;
const MiB = 1024 * 1024;

export interface ChunkRates {
  readonly writtenPerSecond: number;
  readonly readPerSecond: number;
  /** MiB of text a second. */
  readonly writtenMiB: number;
  readonly readMiB: number;
}

/** Writes an output in batches, one after the other, and reads it back in pages; on each store in turn. */
export async function chunkRates(places: readonly Place[], chunkBytes: number): Promise<ChunkRates[]> {
  const samples: ChunkRates[][] = places.map(() => []);
  for (let turn = 0; turn <= TURNS; turn++) {
    for (const [index, place] of places.entries()) {
      // A place of its own each time: what is stored already costs some servers time.
      await using store = await place.open();
      const sample = await measure(store, chunkBytes);
      if (turn > 0) samples[index]?.push(sample);
    }
  }
  return samples.map((of) => ({
    writtenPerSecond: median(of.map(({ writtenPerSecond }) => writtenPerSecond)),
    readPerSecond: median(of.map(({ readPerSecond }) => readPerSecond)),
    writtenMiB: median(of.map(({ writtenMiB }) => writtenMiB)),
    readMiB: median(of.map(({ readMiB }) => readMiB)),
  }));
}

async function measure(store: Store, chunkBytes: number): Promise<ChunkRates> {
  const executionId = newExecutionId();
  await store.createExecution(record(executionId), { stdin: '', files: [], env: [] });
  const perBatch = BATCH_BYTES / chunkBytes;
  const count = perBatch * BATCHES;
  const text = `${'x'.repeat(chunkBytes - 1)}\n`;
  const beganWriting = performance.now();
  for (let batch = 0; batch < BATCHES; batch++) {
    const chunks = Array.from({ length: perBatch }, (_, index): Chunk => {
      return { seq: batch * perBatch + index + 1, stream: 'STDOUT', text, at: Date.now() };
    });
    await store.appendChunks([{ executionId, chunks }]);
  }
  const writing = (performance.now() - beganWriting) / 1000;
  const beganReading = performance.now();
  let after = 0;
  while (after < count) {
    const chunks = await store.readChunks(executionId, { after, limit: 1000, maxBytes: MiB });
    after = chunks.at(-1)?.seq ?? count + 1;
  }
  const reading = (performance.now() - beganReading) / 1000;
  if (after !== count) throw new Error(`expected ${count} chunks, got up to ${after}`);
  await store.updateExecution(executionId, { statuses: ['RUNNING'] }, { status: 'FAILED', finishedAt: 1 });
  await store.tombstoneExpired(2, 1);
  await store.purge(executionId);
  const size = (BATCHES * BATCH_BYTES) / MiB;
  return {
    writtenPerSecond: count / writing,
    readPerSecond: count / reading,
    writtenMiB: size / writing,
    readMiB: size / reading,
  };
}

function record(id: string): Parameters<Store['createExecution']>[0] {
  return {
    id,
    caller: 'anonymous',
    uniqueKey: `id:${id}`,
    inputHash: null,
    status: 'RUNNING',
    endReason: null,
    message: null,
    exitCode: null,
    signal: null,
    language: 'python',
    fileName: 'main.py',
    code: '',
    args: [],
    labels: [],
    limits: { timeoutMs: 1000, memoryMb: 64, cpuMillis: 1000, outputBytes: 1 },
    ...NO_OPEN_STDIN,
    ...NOT_IN_SESSION,
    ...NO_FILES,
    lastSeq: null,
    outputBytes: 0,
    outputTruncated: false,
    createdAt: Date.now(),
    startedAt: null,
    finishedAt: null,
    cancelRequestedAt: null,
    usage: null,
    runner: null,
    owner: null,
    epoch: 0,
  };
}
