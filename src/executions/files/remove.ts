import type { Execution } from '../execution.ts';
import type { Store } from '../store.ts';
import { removeFiles } from '../transitions.ts';

/** Deletes the files that an execution left, which has ended; safe to repeat. @throws UnavailableError */
export async function removeLeftFiles(
  store: Pick<Store, 'updateExecution' | 'deleteFilePieces'>,
  execution: Execution,
): Promise<Execution> {
  const { id } = execution;
  const { expected, change } = removeFiles(execution);
  const left = execution.files.length > 0 ? await store.updateExecution(id, expected, change) : execution;
  // Also of one whose record names none: an attempt before may have been cut between the two.
  await store.deleteFilePieces(id);
  return left ?? execution;
}
