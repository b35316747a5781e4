import { endedBy, type Settle } from '../../../ends/ending.ts';
import type { Conversation } from '../../conversation/conversation.ts';

/** What a program has to end by itself, and the launcher to tell the end; milliseconds. `cancel` promises a second. */
const GRACE_MS = 250;
const GIVE_UP_MS = 700;

/** Ends a run when the signal aborts as `CANCELLED`, and lets go of it when it aborts for another reason. */
export function endOnStop(
  stop: AbortSignal,
  { conversation, settle, letGo }: { conversation: Conversation; settle: Settle; letGo: () => void },
): Disposable {
  let timer: NodeJS.Timeout | undefined;
  const watch = onAbort(stop, () => {
    if (stop.reason !== 'CANCELLED') {
      letGo();
      return;
    }
    conversation.stop('cancelled', GRACE_MS);
    timer = setTimeout(() => settle(endedBy('CANCELLED', null)), GIVE_UP_MS);
  });
  return {
    [Symbol.dispose]() {
      watch[Symbol.dispose]();
      clearTimeout(timer);
    },
  };
}

/** Lets go of the program when the signal aborts. */
export function onAbort(signal: AbortSignal, callback: () => void): Disposable {
  if (signal.aborted) callback();
  else signal.addEventListener('abort', callback, { once: true });
  return { [Symbol.dispose]: () => signal.removeEventListener('abort', callback) };
}
