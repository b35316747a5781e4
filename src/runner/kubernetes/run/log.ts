import { pause } from '../../pause.ts';
import type { Pod } from '../pods/pod.ts';
import type { Contact } from './contact.ts';

/** How often it is looked whether the log has to be read, milliseconds. */
const LOOK_MS = 500;
/** A stream may be away for so long before the log is read in its place, and so often; milliseconds. */
const AWAY_MS = 3000;
const READ_MS = 2000;
const TRY_AGAIN_MS = 1000;

/**
 * Keeps in contact with a pod while no stream to it is open: what its log has is handed over. `looked` is called now and
 * then. Ends when `over` aborts.
 */
export async function readWhileAway(
  pod: Pod,
  contact: Contact,
  over: AbortSignal,
  looked: () => void,
): Promise<void> {
  let attachedAt = performance.now();
  let readAt = Number.NEGATIVE_INFINITY;
  while (await pause(LOOK_MS, over)) {
    const now = performance.now();
    const { attached, paused, lacking } = pod.conversation;
    // While it is paused it does not attach.
    if (attached || paused) {
      attachedAt = now;
      contact.heard();
    }
    if (!pod.reachable) contact.excuse();
    const isWanted = lacking || contact.isDoubted || now - attachedAt >= AWAY_MS;
    if (!paused && isWanted && now - readAt >= READ_MS && hasLog(pod)) {
      if ((await readLog(pod, over)) === 'read') contact.logRead();
      readAt = performance.now();
    }
    looked();
  }
}

/** Hands over what the log of a pod that has ended has. False when it could not be read within `mostMs`. */
export async function readWholeLog(pod: Pod, mostMs: number, over: AbortSignal): Promise<boolean> {
  let begin = performance.now();
  do {
    const how = await readLog(pod, over);
    if (how === 'read') return true;
    // Whoever has to wait for the receiver may find the log cut off.
    if (how === 'paused') begin = performance.now();
  } while (
    performance.now() - begin < mostMs &&
    pod.observe().state !== 'gone' &&
    (await pause(TRY_AGAIN_MS, over))
  );
  return false;
}

/**
 * `failed` when the log could not be read to its end, or there is none: a launcher's log has a line at least. `paused`
 * when it failed and had to wait before.
 */
async function readLog(pod: Pod, over: AbortSignal): Promise<'read' | 'failed' | 'paused'> {
  let hasLine = false;
  let failed: 'failed' | 'paused' = 'failed';
  try {
    for await (const line of pod.readLog(over)) {
      hasLine = true;
      const waiting = pod.conversation.feedLog(line);
      if (waiting === undefined) continue;
      failed = 'paused';
      await waiting;
    }
  } catch {
    return failed;
  }
  return hasLine ? 'read' : failed;
}

function hasLog(pod: Pod): boolean {
  const { state } = pod.observe();
  return state === 'running' || state === 'terminating' || state === 'unknown';
}
