import type { ProcessHeartbeat } from '../../executions/store.ts';
import type { Collections } from './collections.ts';
import { DOCUMENT_VERSION } from './documents.ts';
import { againOnDuplicate } from './errors.ts';

export async function heartbeat({ processes }: Collections, id: string): Promise<void> {
  const raised = { $inc: { beats: 1 }, $setOnInsert: { v: DOCUMENT_VERSION } };
  await againOnDuplicate(() => processes.updateOne({ _id: id }, raised, { upsert: true }));
}

export async function listProcesses({ processes }: Collections): Promise<ProcessHeartbeat[]> {
  const found = await processes.find().toArray();
  return found.map(({ _id, beats }) => ({ id: _id, count: beats }));
}

export async function removeProcess({ processes }: Collections, id: string): Promise<void> {
  await processes.deleteOne({ _id: id });
}
