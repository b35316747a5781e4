import type { Caller } from './caller.ts';
import type { Drives } from './drives.ts';
import { expectFound } from './errors.ts';
import { type Execution, hasEnded } from './execution.ts';
import { nowOrLater, type Retry } from './retry.ts';
import { tellCancelled } from './stages.ts';
import type { Store } from './store.ts';
import type { Logger, Telemetry } from './telemetry.ts';
import { cancelQueued, requestCancel } from './transitions.ts';
import type { Wakeups } from './wakeups.ts';

export interface CancelDeps {
  readonly store: Store;
  readonly drives: Drives;
  readonly wakeups: Wakeups;
  readonly retry: Retry;
  readonly telemetry: Telemetry;
  readonly logger: Logger;
}

/**
 * Makes the wish to cancel durable, unless the execution has ended. Looks at it as the store has it: what this process
 * remembers of a drive may be behind another process's end.
 * @throws NotFoundError, UnavailableError
 */
export async function cancelUnlessEnded(
  deps: CancelDeps,
  caller: Caller,
  id: string,
): Promise<{ execution: Execution; hadEnded: boolean }> {
  for (;;) {
    const stored = await deps.store.getExecution(id);
    const execution = expectFound(id, stored?.caller === caller ? stored : null);
    if (hasEnded(execution)) return { execution, hadEnded: true };
    const cancelled = await request(deps, execution);
    if (cancelled) return { execution: cancelled, hadEnded: false };
  }
}

/** Null when the execution has moved on meanwhile: look again. */
async function request(deps: CancelDeps, execution: Execution): Promise<Execution | null> {
  const { store, drives, wakeups, retry, telemetry, logger } = deps;
  const now = Date.now();
  const { expected, change } =
    execution.status === 'QUEUED' ? cancelQueued(execution, now) : requestCancel(execution, now);
  const updated = await store.updateExecution(execution.id, expected, change);
  if (!updated) return null;
  if (hasEnded(updated)) {
    telemetry.ended(updated.language, 'CANCELLED', null);
    tellCancelled(telemetry, updated);
    wakeups.wake(updated.id, updated);
    const erase = () => store.deletePayload(updated.id);
    await nowOrLater(retry, erase, logger, 'the input of a cancelled execution was not erased');
  }
  drives.get(updated.id)?.stop('CANCELLED');
  return updated;
}
