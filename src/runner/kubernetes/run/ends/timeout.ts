import type { Conversation } from '../../conversation/conversation.ts';
import { type Ending, endedBy, type Settle } from './ending.ts';

/** The launcher keeps the time limit, with a second's grace. So much later it is told to; milliseconds. */
const STOP_AFTER_MS = 3000;
/** So much later it is believed no more. */
const GIVE_UP_AFTER_MS = 8000;

/**
 * Ends a run from outside whose launcher does not keep the time limit, unless disposed.
 *
 * @param agoMs how long it has been running
 */
export function endAtTimeout(
  timeoutMs: number,
  agoMs: number,
  conversation: Conversation,
  settle: Settle,
): Disposable {
  const leftMs = timeoutMs - agoMs;
  const stop = setTimeout(() => conversation.stop('timeout', 0), Math.max(0, leftMs + STOP_AFTER_MS));
  const answerMs = GIVE_UP_AFTER_MS - STOP_AFTER_MS;
  const onGiveUp = (): void => {
    // While it is paused an end that was told in time has to wait.
    if (conversation.paused) giveUp = setTimeout(onGiveUp, answerMs);
    else settle(timeoutEnding(timeoutMs));
  };
  let giveUp = setTimeout(onGiveUp, Math.max(answerMs, leftMs + GIVE_UP_AFTER_MS));
  return {
    [Symbol.dispose]() {
      clearTimeout(stop);
      clearTimeout(giveUp);
    },
  };
}

export function timeoutEnding(timeoutMs: number): Ending {
  return endedBy('TIMED_OUT', `The program ran longer than its ${timeoutMs} ms.`);
}
