import { recordCancelled } from '../lifecycle-spans.ts';
import type { Notifier } from '../notifier.ts';
import { recordEnd } from '../record-end.ts';
import type { Retry } from '../retry.ts';
import type { Store } from '../store.ts';
import type { Telemetry } from '../telemetry.ts';
import { endWithSession } from '../transitions.ts';
import type { Session } from './session.ts';
import { describeSessionEnd } from './session-runner.ts';

export interface EndQueuedOptions {
  readonly store: Store;
  readonly notifier: Notifier;
  readonly retry: Retry;
  readonly telemetry: Pick<Telemetry, 'ended' | 'stage'>;
}

/**
 * Ends every execution that is queued in a session which has ended. Several processes may do it at once: each end is
 * recorded once.
 * @throws StoreUnavailableError when the store was given up
 */
export async function endQueued(
  { store, notifier, retry, telemetry }: EndQueuedOptions,
  session: Pick<Session, 'id' | 'message'>,
): Promise<void> {
  const message = describeSessionEnd(session.message);
  for (;;) {
    const queues = await retry(() => store.sessions.listSessionQueues());
    const head = queues.find(({ sessionId }) => sessionId === session.id);
    if (!head) return;
    const execution = await retry(() => store.getExecution(head.headId));
    if (execution?.status !== 'QUEUED') continue;
    await recordEnd(endWithSession(execution, message, Date.now()), {
      store,
      notifier,
      telemetry,
      write: ({ expected, change }) => retry(() => store.updateExecution(execution.id, expected, change)),
      stored: () => {},
      report: (ended) => recordCancelled(telemetry, ended),
      erase: retry,
    });
  }
}
