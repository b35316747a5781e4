import type { Condition } from '../../pool/condition.ts';
import type { PodState } from './pod.ts';

/** How long an image may fail to be pulled, milliseconds. The kubelet backs off; a new pod is tried at once. */
const IMAGE_MS = 60_000;
/** How long a launcher may take to be ready once its container runs, milliseconds. */
const LAUNCHER_MS = 60_000;
/** While neither Job nor pod says what the start waits for: when events are read first, and how often then. Milliseconds. */
const SILENT_MS = 1000;
const EVENTS_INTERVAL_MS = 5000;
/** The same for a pod that has its node: pulling an image takes longer, and seldom needs explaining. Milliseconds. */
const SILENT_ON_NODE_MS = 10_000;
/** How often all is observed anew, whatever was notified, milliseconds. */
const POLL_INTERVAL_MS = 500;

/** What a start waits for, and since when its condition has this type. */
export interface Waiting {
  readonly condition: Condition;
  readonly since: number;
}

/** One start as it is now. Its times are by a monotonic clock, milliseconds. */
export interface ObservedStart {
  /** When its Job was about to be created. */
  readonly beganAt: number;
  readonly isCancelled: boolean;
  /** What the Job's and its pod's status come down to. */
  readonly pod: PodState;
  /** Whether the Job has had a pod, and whether that was given to a node. */
  readonly hasPod: boolean;
  readonly isOnNode: boolean;
  /** Whether a queue has suspended the Job. */
  readonly isSuspended: boolean;
  /** Null: it was not pending yet. */
  readonly waiting: Waiting | null;
  /** When the container was found running first; null: it was not. */
  readonly runningSince: number | null;
  /** When events were read last; null: they were not. */
  readonly eventsReadAt: number | null;
  /** The session of the launcher: not begun, attaching, its launcher has responded, or it was given up. */
  readonly session: 'none' | 'attaching' | 'responded' | { readonly failure: string };
  /** How long it may be starting for no reason that is known, milliseconds. */
  readonly maxStartMs: number;
}

/**
 * What is to be done next.
 * - `attach`: open the session of its launcher
 * - `read events`: they explain what it waits for
 * - `wait`: nothing, until something changes, `until` at the latest
 * - `ready`: its launcher takes a program
 * - `fail`: nothing comes of it, or a start made anew has a better chance
 */
export type StartStep =
  | { readonly step: 'attach' | 'read events' | 'ready' }
  | { readonly step: 'wait'; readonly until: number }
  | { readonly step: 'fail'; readonly condition: Condition };

/** What a start waits for now, by what it waited for before. Null: it has not been pending. */
export function waitingNow(before: Waiting | null, pod: PodState, now: number): Waiting | null {
  if (pod.state !== 'pending') return before;
  const { cause, message } = pod;
  const since = cause === before?.condition.type ? before.since : now;
  return { condition: { type: cause, message }, since };
}

/** What is to be done next about a start. Level-based: only what is observed now counts. */
export function computeStart(observed: ObservedStart, now: number): StartStep {
  const { isCancelled, session, runningSince } = observed;
  if (isCancelled) return failed('Its start was cancelled before the pod was ready.');
  if (session === 'responded') return { step: 'ready' };
  if (typeof session === 'object') return failed(session.failure);
  return runningSince === null ? whilePending(observed, now) : whileRunning(observed, runningSince, now);
}

function whilePending(observed: ObservedStart, now: number): StartStep {
  const { pod, session, isOnNode } = observed;
  if (pod.state === 'pending') {
    const condition = overdue(observed, now);
    if (condition !== null) return { step: 'fail', condition };
  }
  if (isOver(pod)) return { step: 'fail', condition: { type: typeOf(pod), message: pod.message } };
  if (isOnNode && session === 'none') return { step: 'attach' };
  if (now >= eventsDueAt(observed)) return { step: 'read events' };
  return { step: 'wait', until: now + POLL_INTERVAL_MS };
}

function whileRunning({ pod, hasPod, session }: ObservedStart, since: number, now: number): StartStep {
  if (isOver(pod)) return failed(pod.message);
  if (!hasPod) return failed('Its pod is not known.');
  if (session === 'none') return { step: 'attach' };
  const until = since + LAUNCHER_MS;
  if (now >= until)
    return failed(`Its launcher was not ready ${LAUNCHER_MS / 1000} s after its container had started.`);
  return { step: 'wait', until: Math.min(until, now + POLL_INTERVAL_MS) };
}

/** Why a pending start is to be given up; null: it may go on. */
function overdue({ waiting, hasPod, isSuspended, maxStartMs }: ObservedStart, now: number): Condition | null {
  if (waiting === null) return null;
  const { condition, since } = waiting;
  const { type, message } = condition;
  // The Job controller tries again ever more rarely, up to ten minutes apart. A queue's Job is left in its queue.
  if (!hasPod && type !== 'starting' && !isSuspended) return condition;
  if (type === 'image' && now - since > IMAGE_MS) return condition;
  if (type !== 'starting' || now - since <= maxStartMs) return null;
  const seconds = Math.round(maxStartMs / 1000);
  return { type: 'failed', message: `It did not start within ${seconds} s: ${message}` };
}

/** Infinite for a pod without a node: it says itself why. */
function eventsDueAt({ beganAt, eventsReadAt, waiting, hasPod, isOnNode }: ObservedStart): number {
  if (hasPod && !isOnNode) return Number.POSITIVE_INFINITY;
  const dueAt = eventsReadAt === null ? beganAt + SILENT_MS : eventsReadAt + EVENTS_INTERVAL_MS;
  return isOnNode ? Math.max(dueAt, (waiting?.since ?? beganAt) + SILENT_ON_NODE_MS) : dueAt;
}

type Over = Exclude<PodState, { state: 'running' | 'pending' | 'unknown' }>;

function isOver(pod: PodState): pod is Over {
  return pod.state !== 'running' && pod.state !== 'pending' && pod.state !== 'unknown';
}

function typeOf({ reason }: Over): Condition['type'] {
  if (reason === 'IMAGE_UNAVAILABLE') return 'image';
  return reason === 'UNSCHEDULABLE' ? 'scheduling' : 'failed';
}

function failed(message: string): StartStep {
  return { step: 'fail', condition: { type: 'failed', message } };
}
