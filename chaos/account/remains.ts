import { setTimeout as sleep } from 'node:timers/promises';
import type { Arena } from '../arena.ts';
import { type Held, heldInCluster } from '../bed/cluster.ts';
import type { Account } from './account.ts';

/**
 * A launcher that nobody talks to goes after a minute; its Job is swept two minutes later, by sweeps a minute apart.
 * What a removal missed is swept sooner.
 */
const SWEPT_MS = 330_000;
const CLOSED_MS = 90_000;

/** After a while only ready pods are held, and nothing at all when the servers have closed. */
export async function auditRemains(arena: Arena, account: Account): Promise<void> {
  const isForgotten = ({ execution, hasEnded }: Held) => execution !== null || hasEnded;
  for (const { execution, name, state } of await outlasting(arena, SWEPT_MS, isForgotten)) {
    account.finding(execution ?? 'the cluster', `${name} is left (${state})`);
  }
  await Promise.all(
    arena.replicas.map(async (replica) => {
      const how = await replica.end('SIGTERM');
      if (how !== '0')
        account.finding(`server ${replica.name}`, `expected exit code 0 at the end, got ${how}`);
    }),
  );
  for (const { name, state } of await outlasting(arena, CLOSED_MS, () => true)) {
    account.finding('the cluster', `${name} is left when all servers have closed (${state})`);
  }
  for (const id of await arena.database.inputsLeft()) account.finding(id, 'its input is still stored');
}

async function outlasting(
  { namespace }: Arena,
  patienceMs: number,
  counts: (held: Held) => boolean,
): Promise<Held[]> {
  const deadline = performance.now() + patienceMs;
  for (;;) {
    const left = (await heldInCluster(namespace)).filter(counts);
    if (left.length === 0 || performance.now() > deadline) return left;
    await sleep(1000);
  }
}
