import type { ExecutionsOptions } from '../../../src/executions/executions.ts';
import type { CreateSessionInput } from '../../../src/executions/sessions/input.ts';
import type { Session } from '../../../src/executions/sessions/session.ts';
import type { Store } from '../../../src/executions/store.ts';
import { ScriptedRunner } from '../../support/scripted-runner.ts';
import { type ScriptedCluster, ScriptedSessions } from '../../support/scripted-sessions.ts';
import { openService, type Service } from '../service.ts';

export const CALLER = 'key:ada';

export function aSessionInput(fields: Partial<CreateSessionInput> = {}): CreateSessionInput {
  return { language: 'python', files: [], env: [], labels: [], ...fields };
}

export interface SessionService extends Service {
  readonly host: ScriptedSessions;
  /** Resolves to the session once `is` holds of it, however often that is asked. */
  readonly until: (id: string, is: (session: Session) => boolean) => Promise<Session>;
  /** A session that is ready. */
  readonly ready: (fields?: Partial<CreateSessionInput>) => Promise<Session>;
}

/** The whole domain with a host of sessions that the test moves. */
export async function openSessionService(
  options: Partial<ExecutionsOptions> & { store?: Store; cluster?: ScriptedCluster } = {},
): Promise<SessionService> {
  const { cluster = null } = options;
  const host = new ScriptedSessions(cluster);
  const runner = new ScriptedRunner({ sessions: host, outlivesProcess: cluster !== null });
  const service = await openService({ ...options, runner });
  const until = async (id: string, is: (session: Session) => boolean): Promise<Session> => {
    const { sessions } = service.executions;
    for await (const session of await sessions.follow(CALLER, id)) if (is(session)) return session;
    const last = await sessions.get(CALLER, id);
    if (last && is(last)) return last;
    throw new Error(`The session ended before it was as expected: ${JSON.stringify(last)}`);
  };
  return {
    ...service,
    host,
    until,
    async ready(fields) {
      const { id } = await service.executions.sessions.create(CALLER, aSessionInput(fields));
      return until(id, ({ status }) => status === 'IDLE');
    },
    [Symbol.asyncDispose]: () => service[Symbol.asyncDispose](),
  };
}

export function isIdle({ status }: Session): boolean {
  return status === 'IDLE';
}

export function hasEnded({ status }: Session): boolean {
  return status === 'ENDED';
}
