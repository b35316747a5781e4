import { createHash } from 'node:crypto';
import type { Execution, Payload } from '../../../src/executions/execution.ts';
import type { Store } from '../../../src/executions/store.ts';
import { ALL, chunk, chunks, createEnded, EMPTY_PAYLOAD, sample } from '../../contract/store/samples.ts';

/** Everything a store says of one execution. */
export interface Whole {
  readonly execution: Execution;
  readonly payload: Payload | null;
  /** What is in its files. */
  readonly pieces: readonly string[];
  readonly output: Awaited<ReturnType<Store['readChunks']>>;
}

export const INPUT: Payload = {
  stdin: 'standard input, ünïcode',
  files: [
    { path: 'data/bytes', content: Uint8Array.from({ length: 256 }, (_, byte) => byte) },
    { path: 'empty', content: new Uint8Array() },
  ],
  env: [{ name: 'TOKEN', value: 'secret' }],
};

/** One of each kind of record that a store may hold. Resolves to what a copy must have. */
export async function fill(store: Store): Promise<Whole[]> {
  const queued = sample({
    caller: 'key:ada',
    uniqueKey: 'k:key:ada:again',
    code: 'x'.repeat(5000),
    args: ['a', ''],
  });
  await store.createExecution(queued, INPUT);
  await store.createExecution(sample({ labels: [{ name: 'team', value: 'a=b' }] }), EMPTY_PAYLOAD);
  const runner = { kind: 'kubernetes', job: 'j', pod: 'p', podUid: 'u', node: null, warm: true };
  const running = sample({ status: 'RUNNING', startedAt: 1, owner: 'gone', epoch: 3, runner });
  await store.createExecution(running, EMPTY_PAYLOAD);
  await store.deletePayload(running.id);
  await store.appendChunks([{ executionId: running.id, chunks: chunks(1, 20) }]);
  const ended = { outputBytes: 1, lastSeq: 1200, usage: { wallMs: 5, cpuMs: null, maxMemoryMb: 1.5 } };
  const long = await createEnded(store, 10, ended);
  await store.deletePayload(long.id);
  await store.appendChunks([
    { executionId: long.id, chunks: chunks(1, 1199) },
    { executionId: long.id, chunks: [chunk(1200, 'last, 🙂', { stream: 'STDERR' })] },
  ]);
  const file = { path: 'out/a', bytes: 6, sha256: sha256('pieces'), pieces: [sha256('pie'), sha256('ces')] };
  const left = await createEnded(store, 20, {
    outputFiles: ['out/*'],
    files: [file],
    omittedFiles: [{ path: 'b', reason: 'It is a symbolic link.' }],
  });
  await store.deletePayload(left.id);
  for (const piece of ['pie', 'ces']) await store.putFilePiece(left.id, sha256(piece), Buffer.from(piece));
  const cancelled = sample({ status: 'CANCELLED', endReason: 'CANCELLED', finishedAt: 7, lastSeq: 0 });
  await store.createExecution(cancelled, EMPTY_PAYLOAD);
  await store.deletePayload(cancelled.id);
  return contents(store);
}

async function piecesOf(store: Store, { id, files }: Execution): Promise<string[]> {
  const hashes = files.flatMap(({ pieces }) => pieces);
  const pieces = await Promise.all(hashes.map((hash) => store.readFilePiece(id, hash)));
  return pieces.map((piece) => Buffer.from(piece ?? []).toString());
}

function sha256(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}

/** Everything in a store, in the order of ids. */
export async function contents(store: Store): Promise<Whole[]> {
  const executions = await store.scanExecutions({ after: '', limit: 1000 });
  return Promise.all(
    executions.map(async (execution) => {
      const payload = await store.getPayload(execution.id);
      const files = payload?.files.map(({ path, content }) => ({ path, content: new Uint8Array(content) }));
      return {
        execution,
        payload: payload && { ...payload, files: files ?? [] },
        pieces: await piecesOf(store, execution),
        output: await store.readChunks(execution.id, ALL),
      };
    }),
  );
}
