import type { Drive } from './drive.ts';
import type { Drives } from './drives.ts';
import { nowOrLater, type Retry } from './retry.ts';
import type { Store } from './store.ts';
import type { Logger } from './telemetry.ts';
import { takeOver } from './transitions.ts';

/** Looked at together; doubled as long as the oldest of them are this process's own and hide the rest. */
const PAGE = 1000;

/**
 * Takes over every execution that was under way in a process that is gone, and drives it to its end. What was queued
 * needs nothing: admission finds it. With the store away it returns, and goes on when the store is back.
 */
export function recover(
  store: Store,
  drives: Drives,
  owner: string,
  ended: (drive: Drive) => void,
  retry: Retry,
  logger: Logger,
): Promise<void> {
  const operation = async () => {
    const taken = await takeOverAll(store, drives, owner, ended);
    if (taken > 0) logger.info({ taken }, 'executions of a former process taken over');
  };
  return nowOrLater(retry, operation, logger, 'what a former process left could not be taken over');
}

async function takeOverAll(
  store: Store,
  drives: Drives,
  owner: string,
  ended: (drive: Drive) => void,
): Promise<number> {
  let taken = 0;
  for (let limit = PAGE; ; ) {
    const underWay = await store.listByStatus(['STARTING', 'RUNNING'], limit);
    const orphans = underWay.filter((execution) => execution.owner !== owner);
    if (orphans.length === 0 && underWay.length < limit) return taken;
    if (orphans.length === 0) limit *= 2;
    for (const orphan of orphans) {
      const { expected, change } = takeOver(orphan, owner);
      const mine = await store.updateExecution(orphan.id, expected, change);
      if (!mine) continue;
      taken++;
      await drives.resume(mine, ended);
    }
  }
}
