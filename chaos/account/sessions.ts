import { ask, patiently } from '../life/ask.ts';
import { FIND_SESSION, type FoundSession } from '../life/operations.ts';
import type { SessionLife } from '../life/session-life.ts';
import type { Replica } from '../replicas/replica.ts';
import type { Account } from './account.ts';

/** Every server says of every session the end that was seen: it has one, and keeps it. */
export async function auditSessions(
  replicas: readonly Replica[],
  lives: readonly SessionLife[],
  account: Account,
): Promise<void> {
  for (const { id, key, headers, ended } of lives) {
    if (id === null || ended === null) continue;
    for (const replica of replicas) {
      const { session } = await patiently(() => ask<FoundSession>(replica, headers, FIND_SESSION, { id }));
      const [expected, got] = [JSON.stringify(ended), JSON.stringify(session)];
      if (got === expected) continue;
      account.finding(
        `session ${id} ${key}`,
        `it ended ${expected}, and now server ${replica.name} says ${got}`,
      );
    }
  }
  account.count('Sessions', 'made', lives.filter(({ id }) => id !== null).length);
}
