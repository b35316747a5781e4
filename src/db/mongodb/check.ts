import type { Collections } from './collections.ts';
import { DOCUMENT_VERSION } from './documents.ts';
import { againOnDuplicate } from './errors.ts';

/** Rejects when the primary does not respond. */
export async function checkReadable({ database }: Collections): Promise<void> {
  await database.command({ ping: 1 });
}

/** Rejects when a majority does not take a write. */
export async function checkWritable({ meta }: Collections): Promise<void> {
  const written = { $set: { v: DOCUMENT_VERSION, at: new Date() } };
  await againOnDuplicate(() => meta.updateOne({ _id: 'ping' }, written, { upsert: true }));
}
