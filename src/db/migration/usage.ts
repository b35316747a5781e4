import { setTimeout as sleep } from 'node:timers/promises';
import { HEARTBEAT_INTERVAL_MS } from '../../bounds.ts';
import type { Store } from '../../executions/store.ts';

/** A live server has raised its heartbeat by then, milliseconds. */
const WATCHED_MS = 2 * HEARTBEAT_INTERVAL_MS + 1000;
const POLL_INTERVAL_MS = 500;

/**
 * Whether a server uses a store that several may share: one that does raises its heartbeat. A store that only one process can open
 * responds at once.
 * @throws StoreUnavailableError
 */
export async function isInUse({ sharing }: Store): Promise<boolean> {
  if (!sharing) return false;
  const before = new Map((await sharing.listProcesses()).map(({ id, count }) => [id, count]));
  // One that is starting has its name in the list before it does anything else.
  if (before.size === 0) return false;
  for (const until = performance.now() + WATCHED_MS; performance.now() < until; ) {
    await sleep(POLL_INTERVAL_MS);
    const now = await sharing.listProcesses();
    if (now.some(({ id, count }) => count !== before.get(id))) return true;
  }
  return false;
}
