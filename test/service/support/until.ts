import { setTimeout as sleep } from 'node:timers/promises';

/** How long a state may take to come about on a busy machine, milliseconds. Only a failing test ever waits that long. */
const PATIENCE_MS = 25_000;
const PAUSE_MS = 20;

/**
 * Waits for a state that nothing announces; shows the last one seen when it gives up.
 * @param patienceMs for what takes long by its nature
 */
export async function until<T>(
  what: string,
  look: () => T | Promise<T>,
  holds: (state: T) => boolean,
  patienceMs = PATIENCE_MS,
): Promise<T> {
  const deadline = performance.now() + patienceMs;
  for (;;) {
    const state = await look();
    if (holds(state)) return state;
    if (performance.now() > deadline) {
      throw new Error(`Gave up waiting until ${what}; the last state was ${JSON.stringify(state)}.`);
    }
    await sleep(PAUSE_MS);
  }
}
