import type { ActiveExecutions } from '../active-executions.ts';
import type { Execution } from '../execution.ts';
import { recordCancelled } from '../lifecycle-spans.ts';
import { Notifier } from '../notifier.ts';
import { recordEnd } from '../record-end.ts';
import type { Retry } from '../retry.ts';
import type { Runner } from '../runner.ts';
import type { Store } from '../store.ts';
import type { Logger, Telemetry } from '../telemetry.ts';
import { endWithSession } from '../transitions.ts';
import type { Session } from './session.ts';
import { SessionMaintenance } from './session-maintenance.ts';
import { describeSessionEnd, type SessionRunner } from './session-runner.ts';
import { Sessions, type SessionsOptions } from './sessions.ts';

export interface OpenSessionsOptions {
  readonly store: Store;
  readonly runner: Runner;
  readonly telemetry: Telemetry;
  readonly logger: Logger;
  readonly retry: Retry;
  readonly active: ActiveExecutions;
  /** Of executions. */
  readonly notifier: Notifier;
  /** This process's name. */
  readonly owner: string;
  readonly limits: SessionsOptions;
  /** Called when an execution in a session is no longer active. */
  readonly ended: () => void;
}

/** Wires what concerns sessions; `maintenance` begins at once. */
export function openSessions(options: OpenSessionsOptions): {
  readonly sessions: Sessions;
  readonly maintenance: SessionMaintenance;
} {
  const { active, notifier: executions, limits, ended } = options;
  const shared = {
    ...options,
    notifier: new Notifier<Session>(),
    endQueued: (session: Pick<Session, 'id' | 'message'>) => endQueued(options, session),
    begin(claimed: Execution, runner: SessionRunner) {
      executions.notify(claimed.id, claimed);
      return active.begin(claimed, ended, runner);
    },
    adopt: (adopted: Execution, runner: SessionRunner) => active.adopt(adopted, ended, runner),
  };
  const sessions = new Sessions(shared, limits);
  const sandboxes = options.runner.sessions?.lasting ?? null;
  return { sessions, maintenance: new SessionMaintenance({ ...shared, sessions, sandboxes }) };
}

/**
 * Ends every execution that is queued in a session which has ended. Several processes may do it at once: each end is
 * recorded once.
 * @throws StoreUnavailableError when the store was given up
 */
async function endQueued(
  { store, notifier, retry, telemetry }: OpenSessionsOptions,
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
