import type { Payload } from '../../executions/execution.ts';
import { idRange, USUAL_SKEW_MS } from '../id-time.ts';
import type { Collections } from './collections.ts';
import { statusIn, TOMBSTONE } from './documents.ts';

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
