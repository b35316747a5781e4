import { sleep } from '../../../async/sleep.ts';
import type { Liveness } from '../../run/endings/liveness.ts';
import type { Pod } from '../pods/pod.ts';

/** How often it is checked whether the log has to be read, milliseconds. */
const POLL_INTERVAL_MS = 500;
/** A stream may be away for so long before the log is read in its place, and so often; milliseconds. */
const AWAY_MS = 3000;
const READ_MS = 2000;
const TRY_AGAIN_MS = 1000;

/**
 * Reads a pod's log while no stream to it is open: what it has is handed over. `onPoll` is called at each poll. Ends when
 * `over` aborts.
 */
export async function readWhileAway(
  pod: Pod,
  liveness: Liveness,
  over: AbortSignal,
  onPoll: () => void,
): Promise<void> {
  let attachedAt = performance.now();
  let readAt = Number.NEGATIVE_INFINITY;
  while (await sleep(POLL_INTERVAL_MS, over)) {
    const now = performance.now();
    const { attached, paused, hasGap } = pod.session;
    // While it is paused it does not attach.
    if (attached || paused) {
      attachedAt = now;
      liveness.received();
    }
    if (!pod.reachable) liveness.excuse();
    const isWanted = hasGap || liveness.isDoubted || now - attachedAt >= AWAY_MS;
    if (!paused && isWanted && now - readAt >= READ_MS && hasLog(pod)) {
      if ((await readLog(pod, over)) === 'read') liveness.logRead();
      readAt = performance.now();
    }
    onPoll();
  }
}

/** Gives the session what the log of a pod that has ended has. False when it could not be read within `maxMs`. */
export async function readWholeLog(pod: Pod, maxMs: number, over: AbortSignal): Promise<boolean> {
  let begin = performance.now();
  do {
    const how = await readLog(pod, over);
    if (how === 'read') return true;
    // Whoever has to wait for the receiver may find the log cut off.
    if (how === 'paused') begin = performance.now();
  } while (
    performance.now() - begin < maxMs &&
    pod.observe().state !== 'gone' &&
    (await sleep(TRY_AGAIN_MS, over))
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
      const waiting = pod.session.receiveLogLine(line);
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
