import type { Drive } from './drive.ts';
import type { Drives } from './drives.ts';
import type { Store } from './store.ts';
import { takeOver } from './transitions.ts';

/** More than are ever under way at once. */
const PAGE = 1000;

/**
 * Takes over every execution that was under way in a process that is gone, and drives it to its end. What was queued
 * needs nothing: admission finds it.
 */
export async function recover(
  store: Store,
  drives: Drives,
  owner: string,
  ended: (drive: Drive) => void,
): Promise<number> {
  let taken = 0;
  for (;;) {
    const underWay = await store.listByStatus(['STARTING', 'RUNNING'], PAGE);
    const orphans = underWay.filter((execution) => execution.owner !== owner);
    if (orphans.length === 0) return taken;
    for (const orphan of orphans) {
      const { expected, change } = takeOver(orphan, owner);
      const mine = await store.updateExecution(orphan.id, expected, change);
      if (!mine) continue;
      taken++;
      await drives.resume(mine, ended);
    }
  }
}
