import { setTimeout as sleep } from 'node:timers/promises';

/** Waits for a state that nothing announces; shows the last one seen when it gives up. */
export async function until<T>(
  look: () => T | Promise<T>,
  holds: (state: T) => boolean,
  patienceMs = 10_000,
): Promise<T> {
  const deadline = performance.now() + patienceMs;
  for (;;) {
    const state = await look();
    if (holds(state)) return state;
    if (performance.now() > deadline)
      throw new Error(`Gave up waiting; the last state was ${JSON.stringify(state)}.`);
    await sleep(5);
  }
}
