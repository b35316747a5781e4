import { Binary } from 'mongodb';
import type { Execution, Payload, StdinWrite } from '../../executions/execution.ts';
import { idRange, USUAL_SKEW_MS } from '../id-time.ts';
import type { Collections } from './collections.ts';
import { decodeExecution, type StdinWriteDocument, statusIn, TOMBSTONE } from './documents.ts';

/** Null once erased. */
export async function getPayload({ executions, payloads }: Collections, id: string): Promise<Payload | null> {
  const record = await executions.findOne(
    { _id: id, status: { $ne: TOMBSTONE } },
    { projection: { payload: 1 } },
  );
  if (record === null || record.payload === 'erased') return null;
  if (record.payload === 'empty') return { stdin: '', files: [], env: [] };
  const document = await payloads.findOne({ _id: id });
  if (document === null) return null;
  const { stdin, env, files } = document;
  return { stdin, env, files: files.map(({ path, content }) => ({ path, content: content.value() })) };
}

/** Either of the two has something to do; which one, only the record shows. */
export async function deletePayload({ executions, payloads }: Collections, id: string): Promise<void> {
  await Promise.all([
    payloads.deleteOne({ _id: id }),
    executions.updateOne({ _id: id, payload: 'empty' }, { $set: { payload: 'erased' } }),
  ]);
}

/** A payload whose record is not there by then never gets one, milliseconds. Clocks may differ by a minute. */
const ORPHANED_AFTER_MS = 60 * 60_000;
const PAGE = 100;

/**
 * Erases payloads that nobody needs: of a creation that was cut between payload and record, and of executions
 * that have ended in a process that died before it erased theirs. They are found by the time in the id.
 */
export async function eraseOrphanedPayloads(
  { executions, payloads }: Collections,
  now: number,
): Promise<void> {
  const { high } = idRange(undefined, undefined, now - ORPHANED_AFTER_MS, USUAL_SKEW_MS);
  for (let last = ''; ; ) {
    const old = await payloads
      .find({ _id: { $gt: last, $lt: high } }, { sort: { _id: 1 }, limit: PAGE, projection: { _id: 1 } })
      .toArray();
    const ids = old.map(({ _id }) => _id);
    const waited = await executions
      .find({ _id: { $in: ids }, status: statusIn(['QUEUED', 'STARTING', 'RUNNING']) })
      .project<{ _id: string }>({ _id: 1 })
      .toArray();
    const kept = new Set(waited.map(({ _id }) => _id));
    const orphaned = ids.filter((id) => !kept.has(id));
    if (orphaned.length > 0) await payloads.deleteMany({ _id: { $in: orphaned } });
    if (ids.length < PAGE) return;
    last = ids.at(-1) ?? last;
  }
}

/** Writes that wait in one record, whatever their size: each one more rewrites them all. */
const MAX_WRITES = 512;

/** One `findOneAndUpdate`: bytes and their count in one document, so that of two writes at one offset one is stored. */
export async function appendStdin(
  { executions }: Collections,
  id: string,
  { offset, data, end, hash }: StdinWrite,
): Promise<Execution | null> {
  const bytes = data.byteLength;
  const document = await executions.findOneAndUpdate(
    {
      _id: id,
      status: statusIn(['QUEUED', 'STARTING', 'RUNNING']),
      stdinOpen: true,
      stdinClosed: false,
      stdinBytes: offset,
      ...(bytes > 0 && { stdinWriteCount: { $not: { $gte: MAX_WRITES } } }),
    },
    {
      $set: { stdinBytes: offset + bytes, stdinClosed: end, lastStdinWrite: { offset, hash } },
      ...(bytes > 0 && {
        $push: { stdinWrites: { offset, data: new Binary(data) } },
        $inc: { stdinWriteCount: 1 },
      }),
    },
    { returnDocument: 'after' },
  );
  return document && decodeExecution(document);
}

export async function readStdin(
  collections: Collections,
  id: string,
  from: number,
  maxBytes: number,
): Promise<Uint8Array> {
  const parts: Uint8Array[] = [];
  let next = from;
  for (const { offset, data } of (await waitingWrites(collections, id))?.stdinWrites ?? []) {
    if (offset + data.length() <= next) continue;
    // What is before a gap is all there is: the rest was erased.
    if (offset > next || next - from >= maxBytes) break;
    const part = data.value().subarray(next - offset, next - offset + maxBytes - (next - from));
    parts.push(part);
    next += part.byteLength;
  }
  return Buffer.concat(parts);
}

/** A write that comes in between makes it begin again: nothing may be erased that was not seen. */
export async function deleteStdin(collections: Collections, id: string, upTo: number): Promise<void> {
  for (;;) {
    const found = await waitingWrites(collections, id);
    const writes = found?.stdinWrites ?? [];
    const left = writes.filter(({ offset, data }) => offset + data.length() > upTo);
    if (found === null || left.length === writes.length) return;
    const { matchedCount } = await collections.executions.updateOne(
      { _id: id, stdinBytes: found.stdinBytes },
      { $set: { stdinWrites: left, stdinWriteCount: left.length } },
    );
    if (matchedCount > 0) return;
  }
}

async function waitingWrites(
  { executions }: Collections,
  id: string,
): Promise<{ readonly stdinBytes: number; readonly stdinWrites?: readonly StdinWriteDocument[] } | null> {
  return executions.findOne(
    { _id: id, status: { $ne: TOMBSTONE } },
    { projection: { _id: 0, stdinBytes: 1, stdinWrites: 1 } },
  );
}
