import { Binary } from 'mongodb';
import type { Execution, StdinWrite } from '../../executions/execution.ts';
import type { Collections } from './collections.ts';
import { decodeExecution, type StdinWriteDocument, statusIn, TOMBSTONE } from './documents.ts';

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
