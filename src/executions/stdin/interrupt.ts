import type { ActiveExecutions } from '../active-executions.ts';
import type { Caller } from '../caller.ts';
import { AlreadyEndedError, expectFound, NotSupportedError } from '../errors.ts';
import { type Execution, hasEnded } from '../execution.ts';
import type { Runner } from '../runner.ts';
import type { Store } from '../store.ts';
import { requestInterrupt } from '../transitions.ts';

/**
 * Has a program interrupted (SIGINT), and resolves once the request is stored; whoever owns the execution carries it out. One
 * that has not started yet is interrupted at its start. Requests that come at once may count as one.
 * @throws NotFoundError, AlreadyEndedError, NotSupportedError, UnavailableError
 */
export async function interrupt(
  {
    store,
    active,
    runner,
  }: { readonly store: Store; readonly active: ActiveExecutions; readonly runner: Runner },
  caller: Caller,
  id: string,
): Promise<Execution> {
  for (;;) {
    const stored = await store.getExecution(id);
    const execution = expectFound(id, stored?.caller === caller ? stored : null);
    const { language, status } = execution;
    if (hasEnded(execution)) {
      throw new AlreadyEndedError(
        `Execution ${id}: expected one that is queued or running, but it has already ended (${status}).`,
      );
    }
    if (runner.runtimes.find((runtime) => runtime.language === language)?.canInterrupt !== true) {
      throw new NotSupportedError(
        `Execution ${id}: expected a program that can be interrupted, but this server cannot interrupt ${language}; ` +
          'cancel ends it.',
      );
    }
    const { expected, change } = requestInterrupt(execution);
    const updated = await store.updateExecution(id, expected, change);
    if (updated === null) continue;
    active.get(id)?.input.receive(updated);
    return updated;
  }
}
