import type { Settle } from '../../ends/ending.ts';
import { timeoutEnding } from '../../ends/endings.ts';

/** Ends a run `timeoutMs` after the call, unless disposed. */
export function endAtTimeout(timeoutMs: number, settle: Settle): Disposable {
  const timer = setTimeout(() => settle(timeoutEnding(timeoutMs)), timeoutMs);
  return { [Symbol.dispose]: () => clearTimeout(timer) };
}
