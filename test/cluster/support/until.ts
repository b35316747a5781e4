import { setTimeout as sleep } from 'node:timers/promises';

const LOOK_MS = 100;
const GIVE_UP_MS = 60_000;

/** Looks until what is seen holds, and gives it. @throws with what was seen last when it takes too long */
export async function until<T>(
  look: () => T | Promise<T>,
  holds: (seen: T) => boolean,
  giveUpMs = GIVE_UP_MS,
): Promise<T> {
  const deadline = performance.now() + giveUpMs;
  for (;;) {
    const seen = await look();
    if (holds(seen)) return seen;
    if (performance.now() > deadline) {
      throw new Error(`Expected ${holds.toString()}, got ${JSON.stringify(seen)?.slice(0, 2000)}`);
    }
    await sleep(LOOK_MS);
  }
}
