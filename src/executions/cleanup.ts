import type { Caller } from './caller.ts';
import { type CancelOptions, cancelUnlessEnded } from './cancel.ts';
import type { Execution } from './execution.ts';
import type { Runner } from './runner.ts';
import { removeFiles } from './transitions.ts';

/**
 * Deletes what the runner holds for an execution, and the files it left; cancels it first if it still runs. Its owner then
 * deletes what the runner holds, once the end is stored, and the files that it leaves stay until this is repeated.
 * @throws NotFoundError, UnavailableError
 */
export async function cleanup(
  options: CancelOptions & { readonly runner: Pick<Runner, 'remove'> },
  caller: Caller,
  id: string,
): Promise<Execution> {
  const { execution, hadEnded } = await cancelUnlessEnded(options, caller, id);
  if (!hadEnded) return execution;
  const { store, runner } = options;
  await runner.remove(execution);
  // Also of one whose record names none: an attempt before may have been cut between the two.
  const { expected, change } = removeFiles(execution);
  const left = execution.files.length > 0 ? await store.updateExecution(id, expected, change) : execution;
  await store.deleteFilePieces(id);
  return left ?? execution;
}
