import { endedBy, type Settle } from './ending.ts';

/** Ends a run `timeoutMs` after the call, unless disposed. */
export function endAtTimeout(timeoutMs: number, settle: Settle): Disposable {
  const timer = setTimeout(() => {
    settle(endedBy('TIMED_OUT', `The program ran longer than its ${timeoutMs} ms.`));
  }, timeoutMs);
  return { [Symbol.dispose]: () => clearTimeout(timer) };
}
