import { setTimeout as sleep } from 'node:timers/promises';
import { Binary, type Filter } from 'mongodb';
import { StoreUnavailableError } from '../../executions/errors.ts';
import type { Execution, ExecutionChange, Payload } from '../../executions/execution.ts';
import type { Expected, Revision } from '../../executions/store.ts';
import { recordedSkew } from '../id-time.ts';
import { type Collections, findByIds } from './collections.ts';
import {
  DOCUMENT_VERSION,
  decodeExecution,
  decodeStatus,
  type ExecutionDocument,
  encodeChange,
  encodeExecution,
  RECORD,
  statusIn,
  TOMBSTONE,
  toTime,
} from './documents.ts';
import { againOnDuplicate, isDuplicateKey } from './errors.ts';

/**
 * A key that is taken by no record that can be seen was freed in between, or its holder is on its way to a majority.
 * Both pass within milliseconds; it is looked at so often, after 20 ms, 40 ms, and so on.
 */
const ATTEMPTS = 5;
const FIRST_WAIT_MS = 20;

/**
 * Stores the payload, then the record: there is no record without its input. What a process that dies in between leaves
 * in `payloads` is erased by `eraseOrphanedPayloads`; an empty payload, the usual case, is a word in the record.
 */
export async function createExecution(
  collections: Collections,
  execution: Execution,
  payload: Payload,
): Promise<{ created: boolean; execution: Execution }> {
  const isEmpty = payload.stdin === '' && payload.files.length === 0 && payload.env.length === 0;
  await raiseSkew(collections, recordedSkew(execution.id, execution.createdAt));
  const isInserted = !isEmpty && (await insertPayload(collections, execution.id, payload));
  const erase = async () => {
    if (isInserted) await collections.payloads.deleteOne({ _id: execution.id });
  };

  for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
    if (await insertExecution(collections, execution, isEmpty)) return { created: true, execution };
    const holder = await getExecutionByUniqueKey(collections, execution.uniqueKey);
    if (holder) {
      // Repeated: what the first attempt stored waits for its start, and what was erased since must not come back.
      const isWaited = holder.id === execution.id && ['QUEUED', 'STARTING'].includes(holder.status);
      if (!isWaited) await erase();
      return { created: false, execution: holder };
    }
    if (await collections.executions.findOne({ _id: execution.id }, { projection: { _id: 1 } })) {
      await erase();
      throw new Error(`Expected a new execution id, got ${execution.id}, which is taken`);
    }
    await sleep(FIRST_WAIT_MS * 2 ** attempt);
  }
  await erase();
  throw new StoreUnavailableError('The idempotency key was taken just now; try again.');
}

/** False when its id or its unique key is taken. */
async function insertExecution(
  { executions }: Collections,
  execution: Execution,
  isEmpty: boolean,
): Promise<boolean> {
  try {
    await executions.insertOne(encodeExecution(execution, isEmpty ? 'empty' : 'apart'));
    return true;
  } catch (error) {
    if (isDuplicateKey(error)) return false;
    throw error;
  }
}

/** False when it is there already. */
async function insertPayload(
  { payloads }: Collections,
  id: string,
  { stdin, env, files }: Payload,
): Promise<boolean> {
  try {
    await payloads.insertOne({
      _id: id,
      v: DOCUMENT_VERSION,
      stdin,
      env,
      files: files.map(({ path, content }) => ({ path, content: new Binary(content) })),
    });
    return true;
  } catch (error) {
    if (isDuplicateKey(error)) return false;
    throw error;
  }
}

/** Before the record is stored, so that no list looks for it in the wrong place. */
async function raiseSkew({ meta }: Collections, ms: number): Promise<void> {
  if (ms === 0) return;
  const skew = { $max: { ms }, $setOnInsert: { v: DOCUMENT_VERSION } };
  await againOnDuplicate(() => meta.updateOne({ _id: 'skew' }, skew, { upsert: true }));
}

/** Null when there is none or it is a tombstone. */
export async function getExecution({ executions }: Collections, id: string): Promise<Execution | null> {
  const document = await executions.findOne({ _id: id, status: { $ne: TOMBSTONE } }, { projection: RECORD });
  return document && decodeExecution(document);
}

/** Null when there is none; a tombstone has given its key free. */
export async function getExecutionByUniqueKey(
  { executions }: Collections,
  uniqueKey: string,
): Promise<Execution | null> {
  const document = await executions.findOne(
    { uniqueKey, status: { $ne: TOMBSTONE } },
    { projection: RECORD },
  );
  return document && decodeExecution(document);
}

/** What may have changed of these executions; those that do not exist, and tombstones, are left out. */
export async function getRevisions({ executions }: Collections, ids: readonly string[]): Promise<Revision[]> {
  const found = await findByIds<ExecutionDocument, RevisionDocument>(executions, ids, {
    projection: {
      status: 1,
      message: 1,
      epoch: 1,
      cancelRequestedAt: 1,
      stdinBytes: 1,
      stdinClosed: 1,
      interrupts: 1,
    },
  });
  return found.flatMap(({ _id, status, cancelRequestedAt, ...same }) =>
    status === TOMBSTONE
      ? []
      : [
          {
            ...BEFORE,
            ...same,
            id: _id,
            status: decodeStatus(status),
            cancelRequestedAt: toTime(cancelRequestedAt),
          },
        ],
  );
}

/** Of records that were written before they had these. */
const BEFORE = { stdinBytes: 0, stdinClosed: true, interrupts: 0 };

type RevisionDocument = Pick<ExecutionDocument, '_id' | Exclude<keyof Revision, 'id'>>;

/** What nobody reads once a program has ended; erased with the end itself, so that no process leaves it behind. */
const NO_STDIN = { stdinWrites: [], stdinWriteCount: 0 } as const;

/** One `findOneAndUpdate`, which MongoDB carries out as a whole: of several that expect the same, one finds it. */
export async function updateExecution(
  { executions }: Collections,
  id: string,
  { statuses, epoch }: Expected,
  change: ExecutionChange,
): Promise<Execution | null> {
  const isEnd = change.finishedAt !== undefined && change.finishedAt !== null;
  const filter: Filter<ExecutionDocument> = {
    _id: id,
    status: statusIn(statuses),
    ...(epoch !== undefined && { epoch }),
  };
  const document = await executions.findOneAndUpdate(
    filter,
    { $set: { ...encodeChange(change), ...(isEnd && NO_STDIN) } },
    { returnDocument: 'after' },
  );
  return document && decodeExecution(document);
}
