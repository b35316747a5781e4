import type { ActiveExecutions } from './active-executions.ts';
import type { Caller } from './caller.ts';
import { expectFound } from './errors.ts';
import { type Execution, hasEnded } from './execution.ts';
import { removeLeftFiles } from './files/remove.ts';
import { recordCancelled } from './lifecycle-spans.ts';
import type { Notifier } from './notifier.ts';
import { recordEnd } from './record-end.ts';
import { type Retry, tryThenRetry } from './retry.ts';
import type { Runner } from './runner.ts';
import type { Store } from './store.ts';
import type { Logger, Telemetry } from './telemetry.ts';
import { cancelQueued, requestCancel, requestCleanup, type Transition } from './transitions.ts';

export interface CancelOptions {
  readonly store: Store;
  readonly active: ActiveExecutions;
  readonly notifier: Notifier;
  readonly retry: Retry;
  readonly telemetry: Telemetry;
  readonly logger: Logger;
}

/**
 * Makes a cancel request durable, unless the execution has ended. Reads the store, because an active execution here may not
 * know yet that another process has ended it.
 * @param requested the transition of one that is starting or running
 * @throws NotFoundError, UnavailableError
 */
export async function cancelUnlessEnded(
  options: CancelOptions,
  caller: Caller,
  id: string,
  requested = requestCancel,
): Promise<{ execution: Execution; hadEnded: boolean }> {
  for (;;) {
    const stored = await options.store.getExecution(id);
    const execution = expectFound(id, stored?.caller === caller ? stored : null);
    if (hasEnded(execution)) return { execution, hadEnded: true };
    const cancelled = await request(options, execution, requested);
    if (cancelled) return { execution: cancelled, hadEnded: false };
  }
}

/** Null when the execution has changed meanwhile: read it again. */
async function request(
  options: CancelOptions,
  execution: Execution,
  requested: typeof requestCancel,
): Promise<Execution | null> {
  const { store, active, notifier, retry, telemetry, logger } = options;
  const now = Date.now();
  const write = ({ expected, change }: Transition) => store.updateExecution(execution.id, expected, change);
  const updated =
    execution.status === 'QUEUED'
      ? await recordEnd(cancelQueued(execution, now), {
          store,
          notifier,
          telemetry,
          write,
          stored: () => {},
          report: (ended) => recordCancelled(telemetry, ended),
          erase: (operation) =>
            tryThenRetry(retry, operation, logger, 'the input of a cancelled execution was not erased'),
        })
      : await write(requested(execution, now));
  if (updated) active.get(updated.id)?.stop('CANCELLED');
  return updated;
}

/**
 * Deletes what the runner holds for an execution, and the files it left; cancels it first if it still runs. Its owner then
 * does both once the end is stored.
 * @throws NotFoundError, UnavailableError
 */
export async function cleanup(
  options: CancelOptions & { readonly runner: Pick<Runner, 'remove'> },
  caller: Caller,
  id: string,
): Promise<Execution> {
  const { execution, hadEnded } = await cancelUnlessEnded(options, caller, id, requestCleanup);
  if (!hadEnded) return execution;
  await options.runner.remove(execution);
  return removeLeftFiles(options.store, execution);
}
