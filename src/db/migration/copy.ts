import { createHash } from 'node:crypto';
import { STDIN_WRITE_BYTES } from '../../bounds.ts';
import { type Execution, hasEnded, type Payload, type StdinWrite } from '../../executions/execution.ts';
import type { Chunk } from '../../executions/output/chunk.ts';
import type { Store } from '../../executions/store.ts';
import { Checksum } from './checksum.ts';

/** An execution that could not be moved as it stands; the message says why, in one sentence. */
export class NotMovedError extends Error {
  override readonly name = 'NotMovedError';
}

export interface Copied {
  readonly digest: string;
  readonly chunks: number;
  /** UTF-8 bytes of text. */
  readonly bytes: number;
  /** Whether the target had all of it before. */
  readonly wasThere: boolean;
}

const EMPTY: Payload = { stdin: '', files: [], env: [] };
/** Chunks and bytes of text that are read, and written, at once. */
const PAGE = { limit: 500, maxBytes: 4 * 1024 * 1024 };

/**
 * Copies one execution with its input, its output and its files unless the target has them, and holds what is there then against
 * what was read. Safe to repeat: what an attempt that was cut has stored stays as it is.
 * @throws NotMovedError when the target has another one in its place, or it is not whole in the source;
 * StoreUnavailableError
 */
export async function copyExecution(source: Store, target: Store, execution: Execution): Promise<Copied> {
  const { id } = execution;
  const lastSeq = hasEnded(execution) ? (execution.lastSeq ?? 0) : (await source.summarizeChunks(id)).lastSeq;
  const payload = await source.getPayload(id);
  const stored = await target.getExecution(id);
  const writes = await readWaitingStdin(source, execution, payload);
  const begun = beforeWrites(execution, writes);
  if (!stored) await create(target, begun, payload);
  else if (!isSame(stored, execution) && !isSame({ ...stored, ...stdinOf(begun) }, begun))
    throw new NotMovedError(differs(stored, execution));
  // What an attempt before has appended is refused.
  for (const write of writes) await target.appendStdin(id, write);
  // Creating cannot store that an input has been erased.
  if (!payload) await target.deletePayload(id);

  const before = stored ? Math.min((await target.summarizeChunks(id)).lastSeq, lastSeq) : 0;
  const read = new Checksum();
  read.addRecord(execution);
  read.addPayload(payload);
  for await (const chunks of pages(source, id, lastSeq)) {
    for (const chunk of chunks) read.addChunk(chunk);
    const missing = chunks.filter(({ seq }) => seq > before);
    if (missing.length > 0) await target.appendChunks([{ executionId: id, chunks: missing }]);
    await copyParts(source, target, id, chunks);
  }
  if (read.chunks !== lastSeq) {
    throw new NotMovedError(
      `its output is not whole in the source: expected ${lastSeq} chunks, got ${read.chunks}`,
    );
  }
  await copyFiles(source, target, execution);
  const digest = read.digest();
  await verify(target, execution, { digest, lastSeq });
  return { digest, chunks: read.chunks, bytes: read.bytes, wasThere: stored !== null && before === lastSeq };
}

async function create(target: Store, execution: Execution, payload: Payload | null): Promise<void> {
  const { created, execution: holder } = await target.createExecution(execution, payload ?? EMPTY);
  if (created || holder.id === execution.id) return;
  throw new NotMovedError(`its idempotency key belongs to execution ${holder.id} in the target`);
}

async function verify(
  target: Store,
  { id }: Execution,
  { digest, lastSeq }: { digest: string; lastSeq: number },
): Promise<void> {
  const written = new Checksum();
  const stored = await target.getExecution(id);
  if (!stored) throw new NotMovedError('it is not in the target after it was stored there');
  written.addRecord(stored);
  written.addPayload(await target.getPayload(id));
  for await (const chunks of pages(target, id, lastSeq)) for (const chunk of chunks) written.addChunk(chunk);
  const got = written.digest();
  if (got === digest) return;
  throw new NotMovedError(
    `what the target has is not what the source has: expected ${lastSeq} chunks and checksum ${digest}, ` +
      `got ${written.chunks} and ${got}`,
  );
}

/** The chunks up to `lastSeq`; ends at the first one that is missing. */
async function* pages(store: Store, id: string, lastSeq: number): AsyncGenerator<readonly Chunk[]> {
  for (let after = 0; after < lastSeq; ) {
    const limit = Math.min(PAGE.limit, lastSeq - after);
    const chunks = await store.readChunks(id, { ...PAGE, after, limit });
    const whole = chunks.filter(({ seq }, index) => seq === after + index + 1);
    if (whole.length > 0) yield whole;
    if (whole.length === 0 || whole.length < chunks.length) return;
    after += whole.length;
  }
}

function isSame(one: Execution, other: Execution): boolean {
  const [first, second] = [one, other].map((execution) => {
    const checksum = new Checksum();
    checksum.addRecord(execution);
    return checksum.digest();
  });
  return first === second;
}

function differs(stored: Execution, execution: Execution): string {
  return (
    `the target has it too, and differently (${stored.status} there, ${execution.status} in the source): it has been ` +
    'used since it was copied'
  );
}

/**
 * Copies what is in an execution's files, a piece at a time, unless the target has it, and holds what is there then
 * against the piece's own hash.
 * @throws NotMovedError when a piece is missing or damaged; StoreUnavailableError
 */
async function copyFiles(source: Store, target: Store, { id, files }: Execution): Promise<void> {
  for (const { path, pieces } of files) {
    for (const sha256 of pieces) {
      if (isWhole(await target.readFilePiece(id, sha256), sha256)) continue;
      const data = await source.readFilePiece(id, sha256);
      if (data === null || !isWhole(data, sha256))
        throw new NotMovedError(`its file ${JSON.stringify(path)} is not whole in the source`);
      await target.putFilePiece(id, sha256, data);
      if (isWhole(await target.readFilePiece(id, sha256), sha256)) continue;
      throw new NotMovedError(
        `its file ${JSON.stringify(path)} is not in the target after it was stored there`,
      );
    }
  }
}

/**
 * The same for what chunks display and have beside the files. What is not in the source any more (`cleanup` removes it)
 * is in neither.
 */
async function copyParts(source: Store, target: Store, id: string, chunks: readonly Chunk[]): Promise<void> {
  const parts = chunks.flatMap(({ display }) => display?.parts ?? []);
  for (const sha256 of parts.flatMap(({ stored }) => stored?.pieces ?? [])) {
    const data = await source.readFilePiece(id, sha256);
    if (data === null || isWhole(await target.readFilePiece(id, sha256), sha256)) continue;
    if (!isWhole(data, sha256)) throw new NotMovedError('a rich result is not whole in the source');
    await target.putFilePiece(id, sha256, data);
    if (isWhole(await target.readFilePiece(id, sha256), sha256)) continue;
    throw new NotMovedError('a rich result is not in the target after it was stored there');
  }
}

function isWhole(data: Uint8Array | null, sha256: string): boolean {
  return data !== null && createHash('sha256').update(data).digest('hex') === sha256;
}

type StdinFields = Pick<Execution, 'stdinBytes' | 'stdinClosed' | 'lastStdinWrite'>;

/** What the record of an execution says of the writes to its stdin. */
function stdinOf({ stdinBytes, stdinClosed, lastStdinWrite }: Execution): StdinFields {
  return { stdinBytes, stdinClosed, lastStdinWrite };
}

/**
 * What was written to an execution's stdin and its program has not read, in order, so that appending it makes the same
 * record: the last write begins where the last one began.
 * @param payload null once erased
 */
async function readWaitingStdin(
  source: Store,
  execution: Execution,
  payload: Payload | null,
): Promise<StdinWrite[]> {
  const { id, stdinOpen, stdinBytes, stdinRead, stdinClosed, lastStdinWrite } = execution;
  if (hasEnded(execution) || !stdinOpen || lastStdinWrite === null || stdinRead >= stdinBytes) return [];
  const writes: StdinWrite[] = [];
  const { offset: last, hash } = lastStdinWrite;
  const first = Math.min(last, Math.max(stdinRead, Buffer.byteLength(payload?.stdin ?? '')));
  for (let offset = first; offset < last; ) {
    const data = await source.readStdin(id, offset, Math.min(STDIN_WRITE_BYTES, last - offset));
    if (data.byteLength === 0) return [];
    writes.push({ offset, data, end: false, hash: '' });
    offset += data.byteLength;
  }
  const data = await source.readStdin(id, last, STDIN_WRITE_BYTES);
  return [...writes, { offset: last, data: data.subarray(0, stdinBytes - last), end: stdinClosed, hash }];
}

/** The record as it was before these writes. */
function beforeWrites(execution: Execution, [first]: readonly StdinWrite[]): Execution {
  if (first === undefined) return execution;
  return { ...execution, stdinBytes: first.offset, stdinClosed: false, lastStdinWrite: null };
}
