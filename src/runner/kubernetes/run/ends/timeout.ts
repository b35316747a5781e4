import type { Settle } from '../../../ends/ending.ts';
import { timeoutEnding } from '../../../ends/endings.ts';
import type { Conversation } from '../../conversation/conversation.ts';
import type { Contact } from '../contact.ts';

/** The launcher keeps the time limit, with a second's grace. So much later it is told to; milliseconds. */
const STOP_AFTER_MS = 3000;
/** So much later it is believed no more. */
export const GIVE_UP_AFTER_MS = 8000;
/** A launcher that could not be heard has so long to tell an end that came in time, milliseconds. */
const TELL_MS = 4000;

/**
 * Ends a run from outside whose launcher does not keep the time limit, unless disposed. As long as the pod cannot be heard
 * it may well have ended in time: then it is another's to give the run up.
 *
 * @param agoMs how long it has been running at least
 */
export function endAtTimeout(
  timeoutMs: number,
  agoMs: number,
  conversation: Conversation,
  contact: Contact,
  settle: Settle,
): Disposable {
  const leftMs = timeoutMs - agoMs;
  let askedAt = Number.POSITIVE_INFINITY;
  const stop = setTimeout(
    () => {
      askedAt = performance.now();
      conversation.stop('timeout', 0);
      conversation.ask();
    },
    Math.max(0, leftMs + STOP_AFTER_MS),
  );
  const answerMs = GIVE_UP_AFTER_MS - STOP_AFTER_MS;
  const onGiveUp = (): void => {
    // A stream that is open tells nothing by itself: an answer does, or the log, which has an end that was told.
    const isHeard = Math.max(conversation.heardAt, contact.logReadAt) >= askedAt;
    if (!isHeard) contact.doubt();
    // While it is paused an end that was told in time has to wait.
    const mayHaveEnded = !isHeard || conversation.paused || contact.steadyMs < TELL_MS;
    if (mayHaveEnded) giveUp = setTimeout(onGiveUp, answerMs);
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
