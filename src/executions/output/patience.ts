import { setTimeout as sleep } from 'node:timers/promises';
import { StoreUnavailableError } from '../errors.ts';

/** How long the store may be away before a viewer who needs it is told: longer than an election or a restart. */
const PATIENCE_MS = 60_000;
const AGAIN_MS = 250;

/**
 * What `read` gives, for a viewer. A store that is away for a moment is waited for as a silent program is: the viewer's
 * stream stays.
 * @throws what `read` throws; that the store is away only when it has been for a minute, or the viewer has left
 */
export async function patiently<T>(read: () => Promise<T>, left: AbortSignal): Promise<T> {
  let awaySince: number | null = null;
  for (;;) {
    try {
      return await read();
    } catch (error) {
      const now = performance.now();
      awaySince ??= now;
      const mayWait = error instanceof StoreUnavailableError && now - awaySince <= PATIENCE_MS;
      if (!mayWait || left.aborted) throw error;
      // Rejects when the viewer leaves meanwhile, who is told what was waited for.
      await sleep(AGAIN_MS, undefined, { signal: left, ref: false }).catch(() => Promise.reject(error));
    }
  }
}
