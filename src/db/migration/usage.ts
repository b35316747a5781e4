import { setTimeout as sleep } from 'node:timers/promises';
import { BEAT_MS } from '../../executions/processes.ts';
import type { Store } from '../../executions/store.ts';

/** A server that lives has raised its counter by then, milliseconds. */
const WATCHED_MS = 2 * BEAT_MS + 1000;
const LOOK_MS = 500;

/**
 * Whether a server uses a store that several may share: one that does raises its counter. A store that is this process's
 * alone answers at once.
 * @throws StoreUnavailableError
 */
export async function isInUse({ sharing }: Store): Promise<boolean> {
  if (!sharing) return false;
  const before = new Map((await sharing.listProcesses()).map(({ id, beats }) => [id, beats]));
  // One that is starting has its name in the list before it does anything else.
  if (before.size === 0) return false;
  for (const until = performance.now() + WATCHED_MS; performance.now() < until; ) {
    await sleep(LOOK_MS);
    const now = await sharing.listProcesses();
    if (now.some(({ id, beats }) => beats !== before.get(id))) return true;
  }
  return false;
}
