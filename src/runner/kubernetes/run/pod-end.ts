import { sleep } from '../../../async/sleep.ts';
import { endedBy, type Settle } from '../../run/endings/ending.ts';
import { type Leave, notStarted } from '../../run/endings/outcome.ts';
import type { Pod, PodState } from '../pods/pod.ts';
import { readWholeLog } from './log.ts';

/** How long a stream to a pod that has ended may take to close, milliseconds. */
const CLOSE_MS = 5000;
/** How long reads of the log of a pod that has ended are retried, milliseconds. */
const LOG_MS = 60_000;
/**
 * How long the status of a pod whose launcher was terminated may take to show the end, and to show anything of it;
 * milliseconds. The launcher exits within a second, but a node that is busy, or evicts, reports it much later.
 */
const END_STATUS_MS = 2000;
const STATUS_MS = 60_000;

export interface PodEndOptions {
  /** Whether the program, or a part of it, may have reached the pod. */
  readonly wasGiven: () => boolean;
  readonly settle: Settle;
  readonly leave: Leave;
  /** The run is over. */
  readonly over: AbortSignal;
}

/**
 * Ends a run whose pod has ended or is gone, after all that it left was read; the end that the launcher reported, if there
 * is one, comes first. A program that its log shows not started goes to another pod, unless this one had not the memory to take it.
 */
export async function endWithPod(pod: Pod, { wasGiven, settle, leave, over }: PodEndOptions): Promise<void> {
  const state = await whenPod(pod, isFinal, over);
  if (state === null || over.aborted) return;
  const [wasRead] = await Promise.all([
    state.state === 'ended' ? readWholeLog(pod, LOG_MS, over) : false,
    lastOfStream(pod, over),
  ]);
  if (over.aborted) return;
  const { mayHaveStarted, payloadWasSent } = pod.session.program;
  const end = endedBy(state.reason, state.message);
  const isUnstarted = !mayHaveStarted && (wasRead || !wasGiven());
  const isTooMuch = payloadWasSent && state.reason === 'OUT_OF_MEMORY';
  if (!isUnstarted || isTooMuch) settle(end);
  else {
    const message = `The pod ended before the program started. ${state.message}`;
    leave(notStarted(message, payloadWasSent ? end : null));
  }
}

/** Ends a run whose launcher was terminated from outside, for the reason that the pod's status gives. */
export async function endTerminated(
  pod: Pod,
  { settle, over }: Pick<PodEndOptions, 'settle' | 'over'>,
): Promise<void> {
  const state =
    (await whenPod(pod, isFinal, over, END_STATUS_MS)) ?? (await whenPod(pod, isLeaving, over, STATUS_MS));
  if (state === null) settle(endedBy('INTERRUPTED', 'The pod was stopped from outside.'));
  else settle(endedBy(state.reason, state.message));
}

type Final = Extract<PodState, { state: 'ended' | 'gone' }>;
type Leaving = Extract<PodState, { reason: unknown }>;

function isFinal(state: PodState): state is Final {
  return state.state === 'ended' || state.state === 'gone';
}

function isLeaving(state: PodState): state is Leaving {
  return 'reason' in state;
}

/** Resolves to the first state that fits; null when the signal aborts before, or the time has passed. */
async function whenPod<T extends PodState>(
  pod: Pod,
  fits: (state: PodState) => state is T,
  signal: AbortSignal,
  maxMs?: number,
): Promise<T | null> {
  const { promise, resolve } = Promise.withResolvers<T | null>();
  const check = (): void => {
    const state = pod.observe();
    if (fits(state)) resolve(state);
  };
  const giveUp = (): void => resolve(null);
  using _watch = pod.onChange(check);
  check();
  if (signal.aborted) giveUp();
  signal.addEventListener('abort', giveUp, { once: true });
  const timer = maxMs === undefined ? undefined : setTimeout(giveUp, maxMs);
  try {
    return await promise;
  } finally {
    clearTimeout(timer);
    signal.removeEventListener('abort', giveUp);
  }
}

/** Resolves when all that came over the stream was handed over; a stream that does not close by itself is closed. */
async function lastOfStream({ session }: Pod, over: AbortSignal): Promise<void> {
  const done = new AbortController();
  const signal = AbortSignal.any([over, done.signal]);
  const drained = session.drained().then(() => done.abort());
  let isLate: boolean;
  do isLate = await sleep(CLOSE_MS, signal);
  while (isLate && session.paused);
  if (isLate) session.closeStream();
  if (!over.aborted) await drained;
}
