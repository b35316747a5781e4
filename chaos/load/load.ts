import { CALLERS, headersOf } from '../arena.ts';
import { Life, type LifeDeps } from '../life/life.ts';
import type { Random } from '../random.ts';
import { makeTask } from './kinds.ts';

export interface LoadOptions {
  /** Executions that are submitted and not over at once. */
  readonly atOnce: number;
  /** Begins the key of each, with its number behind. */
  readonly name: string;
  /** Nothing is submitted any more. */
  readonly over: AbortSignal;
  /** What is not over by then is given up. */
  readonly givenUp: AbortSignal;
}

/** Of so many executions the stored output of one is kept for a last look. */
const KEPT_ONE_IN = 10;

/** Submits one program after another; resolves to all of them once the last is over or given up. */
export async function keepUpLoad(
  lives: Life[],
  random: Random,
  deps: LifeDeps,
  { atOnce, name, over, givenUp }: LoadOptions,
): Promise<void> {
  const underWay = new Set<Promise<void>>();
  while (!over.aborted) {
    const task = makeTask(`${name}-${lives.length + 1}`, random.fork(), deps.counter);
    const life = new Life(task, headersOf(random.pick(CALLERS)), random.fork(), deps);
    lives.push(life);
    const living = life
      .live(givenUp, lives.length % KEPT_ONE_IN === 0)
      .catch((error: unknown) =>
        deps.account.finding(`${life.id} ${task.key}`, `chaos itself failed: ${error}`),
      )
      .finally(() => underWay.delete(living));
    underWay.add(living);
    if (underWay.size >= atOnce) await Promise.race([...underWay, aborted(over)]);
  }
  await Promise.all(underWay);
}

function aborted(signal: AbortSignal): Promise<void> {
  if (signal.aborted) return Promise.resolve();
  return new Promise((resolve) => signal.addEventListener('abort', () => resolve(), { once: true }));
}
