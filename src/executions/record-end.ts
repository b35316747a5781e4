import { type Execution, hasEnded } from './execution.ts';
import type { Notifier } from './notifier.ts';
import type { Store } from './store.ts';
import type { Telemetry } from './telemetry.ts';
import type { Transition } from './transitions.ts';

export interface RecordEndOptions {
  readonly store: Pick<Store, 'deletePayload' | 'deleteStdin'>;
  readonly notifier: Notifier;
  readonly telemetry: Pick<Telemetry, 'ended'>;
  /** Writes the transition; null when the record does not stand as it expects and nothing was written. */
  readonly write: (transition: Transition) => Promise<Execution | null>;
  /** Called with the record once it is stored, before anybody is notified. */
  readonly stored: (ended: Execution) => void;
  /** Called after that and the metrics: for spans and the log. */
  readonly report: (ended: Execution) => void;
  /** Whether its payload was erased before, when its program started; default false. */
  readonly isErased?: boolean;
  /** Makes the attempts to erase the payload. */
  readonly erase: (operation: () => Promise<void>) => Promise<void>;
}

/**
 * Records an end. Every end is written here: that of a run, of an execution that was cancelled in the queue, and of one that
 * was cancelled while it was requeued.
 *
 * The record is written first, with one compare-and-set: what has to be delivered for an end, as a webhook, belongs into the
 * same `change`, so that there is no end without it. Then whoever watches is notified, the end is counted and reported, and
 * the payload and what was written to stdin, which nobody needs any more, are erased.
 *
 * Resolves to the record; to null, with nothing done, when it does not stand as the transition expects.
 * @throws what `write` and `erase` throw
 */
export async function recordEnd(
  transition: Transition,
  { store, notifier, telemetry, write, stored, report, isErased = false, erase }: RecordEndOptions,
): Promise<Execution | null> {
  const ended = await write(transition);
  if (ended === null) return null;
  const { id, language, endReason, usage } = ended;
  if (!hasEnded(ended) || endReason === null) {
    throw new Error(`Execution ${id}: expected a transition to an end, got one to ${ended.status}`);
  }
  stored(ended);
  notifier.notify(id, ended);
  telemetry.ended(language, endReason, usage?.wallMs ?? null);
  report(ended);
  if (!isErased) await erase(() => store.deletePayload(id));
  if (ended.stdinOpen) await erase(() => store.deleteStdin(id, Number.POSITIVE_INFINITY));
  return ended;
}
