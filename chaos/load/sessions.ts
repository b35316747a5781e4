import { headersOf, SESSION_CALLER } from '../arena.ts';
import type { LifeDeps } from '../life/life.ts';
import { SessionLife } from '../life/session-life.ts';
import type { Random } from '../random.ts';
import type { LoadOptions } from './load.ts';

/** Keeps so many sessions open, each with cells one after the other; resolves once the last is over or given up. */
export async function keepSessions(
  lives: SessionLife[],
  random: Random,
  deps: LifeDeps,
  { atOnce, name, over, givenUp }: LoadOptions,
): Promise<void> {
  const keepOne = async (): Promise<void> => {
    while (!over.aborted) {
      const key = `${name}-session-${lives.length + 1}`;
      const life = new SessionLife(key, headersOf(SESSION_CALLER), random.fork(), deps);
      lives.push(life);
      await life
        .live(givenUp, over)
        .catch((error: unknown) => deps.account.finding(`session ${key}`, `chaos itself failed: ${error}`));
    }
  };
  await Promise.all(Array.from({ length: atOnce }, keepOne));
}
