import { type Ending, endedBy, type Settle } from '../../ends/ending.ts';

/** Ends a run when the signal aborts, at once when it has aborted already. */
export function endOnStop(signal: AbortSignal, settle: Settle): Disposable {
  const onAbort = (): void => settle(stopEnding(signal));
  if (signal.aborted) onAbort();
  signal.addEventListener('abort', onAbort, { once: true });
  return { [Symbol.dispose]: () => signal.removeEventListener('abort', onAbort) };
}

/** The end that an aborted signal stands for. */
function stopEnding(signal: AbortSignal): Ending {
  const reason = signal.reason === 'CANCELLED' ? 'CANCELLED' : 'INTERRUPTED';
  return endedBy(reason, reason === 'CANCELLED' ? null : 'The service stopped while the program ran.');
}
