import type { Session } from '../../executions/sessions/session.ts';
import type { Store } from '../../executions/store.ts';
import { sorted } from './checksum.ts';

const PAGE = 100;

/**
 * Copies the records of all sessions; one that is there already is verified and left.
 * @param failed called for one that could not be moved, with why, in one sentence
 * @returns how many the target has now, and how many could not be moved
 * @throws StoreUnavailableError
 */
export async function copySessions(
  source: Store,
  target: Store,
  failed: (id: string, reason: string) => void,
): Promise<{ sessions: number; failed: number }> {
  const sum = { sessions: 0, failed: 0 };
  for (let after = ''; ; ) {
    const page = await source.sessions.scanSessions({ after, limit: PAGE });
    for (const session of page) {
      const reason = await copy(target, session);
      if (reason === null) sum.sessions++;
      else {
        sum.failed++;
        failed(session.id, reason);
      }
    }
    const last = page.at(-1);
    if (!last) return sum;
    after = last.id;
  }
}

/** Null once it is there as it was; else why it is not. */
async function copy(target: Store, session: Session): Promise<string | null> {
  const { session: holder } = await target.sessions.createSession(session);
  if (holder.id !== session.id) return `its idempotency key belongs to session ${holder.id} in the target`;
  const stored = await target.sessions.getSession(session.id);
  if (stored !== null && JSON.stringify(sorted(stored)) === JSON.stringify(sorted(session))) return null;
  return 'the target has it too, and differently: it has been used since it was copied';
}
