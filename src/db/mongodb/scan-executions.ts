import type { Execution } from '../../executions/execution.ts';
import type { ScanPage } from '../../executions/store.ts';
import type { Collections } from './collections.ts';
import { decodeExecution, HIDDEN } from './documents.ts';

export async function scanExecutions(
  { executions }: Collections,
  { after, limit }: ScanPage,
): Promise<Execution[]> {
  // MongoDB takes 0 for no limit.
  if (limit < 1) return [];
  const found = await executions
    .find({ _id: { $gt: after }, status: { $ne: HIDDEN } }, { sort: { _id: 1 }, limit })
    .toArray();
  return found.map(decodeExecution);
}
