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

/** After a while only warm pods are held, no more than the servers keep. */
export async function auditRemains(arena: Arena, account: Account): Promise<void> {
  const tooMuch = (held: readonly Held[]) => beyondWarm(held, arena.mostWarm);
  for (const { execution, name, state } of await outlasting(arena, SWEPT_MS, tooMuch)) {
    account.finding(
      execution ?? 'the cluster',
      `${name} is left (${state}); expected at most ${arena.mostWarm} warm ones and no other`,
    );
  }
}

/** The servers close as they are told, and nothing is held after that. */
export async function auditClosing(arena: Arena, account: Account): Promise<void> {
  await Promise.all(
    arena.replicas.map(async (replica) => {
      const how = await replica.end('SIGTERM');
      if (how !== '0')
        account.finding(`server ${replica.name}`, `expected exit code 0 at the end, got ${how}`);
    }),
  );
  for (const { name, state } of await outlasting(arena, CLOSED_MS, (held) => held)) {
    account.finding('the cluster', `${name} is left when all servers have closed (${state})`);
  }
}

export async function auditInputs({ database }: Arena, account: Account): Promise<void> {
  for (const id of await database.inputsLeft()) account.finding(id, 'its input is still stored');
}

/** What served an execution or has ended; and of what is warm, Jobs and pods each, all when they are more than so many. */
export function beyondWarm(held: readonly Held[], mostWarm: number): Held[] {
  const isWarm = ({ execution, hasEnded }: Held) => execution === null && !hasEnded;
  const warm = held.filter(isWarm);
  return [
    ...held.filter((one) => !isWarm(one)),
    ...(['Job', 'Pod'] as const)
      .map((kind) => warm.filter((one) => one.kind === kind))
      .filter(({ length }) => length > mostWarm)
      .flat(),
  ];
}

async function outlasting(
  { namespace }: Arena,
  patienceMs: number,
  tooMuch: (held: readonly Held[]) => readonly Held[],
): Promise<readonly Held[]> {
  const deadline = performance.now() + patienceMs;
  for (;;) {
    const left = tooMuch(await heldInCluster(namespace));
    if (left.length === 0 || performance.now() > deadline) return left;
    await sleep(1000);
  }
}
