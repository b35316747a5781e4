import { RunnerDetachedError, RunnerNotReadyError } from '../../../executions/errors.ts';
import type { RunnerInfo } from '../../../executions/execution.ts';
import type { RunEnd, RunObserver, RunRequest, TakenOver } from '../../../executions/runner.ts';
import type { Pod } from '../pods/pod.ts';
import { type Ending, endedBy } from './ends/ending.ts';
import { followProgram, type Stops } from './follow.ts';
import { encodePayload, PAYLOAD_BYTES } from './payload.ts';

/**
 * Runs one program in a ready pod to its end. Settles as `Runner.run` does; the pod is used up then and still there,
 * unless `RunnerDetachedError` says that it is in use.
 */
export async function runInPod(
  pod: Pod,
  request: RunRequest,
  observer: RunObserver,
  { warm, ...stops }: Stops & { readonly warm: boolean },
): Promise<RunEnd> {
  const payload = encodePayload(request);
  if (Buffer.byteLength(payload) > PAYLOAD_BYTES) {
    return notStarted(
      endedBy('INTERRUPTED', `The program and its input take more than ${PAYLOAD_BYTES} bytes.`),
    );
  }
  if (isCancelled(stops)) return cancelled();
  const runner = whereabouts(pod, warm);
  await observer.placed(runner);
  if (isCancelled(stops)) return cancelled();
  const program = {
    limits: request.limits,
    runner,
    earliest: Date.now(),
    startedAt: null,
    bytes: 0,
    wasGiven: false,
    begin: pod.conversation.run.bind(pod.conversation, request.id, payload),
  };
  return followProgram(pod, program, observer, stops);
}

/**
 * Goes on with a program that another process gave to the pod, or was about to. The pod's conversation begins after
 * `taken.after`; it is opened here. Settles as `Runner.adopt` does.
 */
export async function adoptInPod(
  pod: Pod,
  taken: TakenOver,
  observer: RunObserver,
  stops: Stops,
): Promise<RunEnd> {
  const { stop, closing } = stops;
  if (closing.aborted || (stop.aborted && stop.reason !== 'CANCELLED')) {
    throw new RunnerDetachedError('The service stopped; the program goes on.');
  }
  const { conversation } = pod;
  const { execution, payload, bytes } = taken;
  const { id, limits, createdAt, startedAt } = execution;
  const program = {
    limits,
    runner: execution.runner ?? whereabouts(pod, false),
    earliest: createdAt,
    startedAt,
    bytes,
    wasGiven: true,
    begin:
      startedAt === null && payload !== null
        ? conversation.run.bind(conversation, id, encodePayload({ ...execution, payload }))
        : conversation.follow.bind(conversation, id),
  };
  const opening = new AbortController();
  // What keeps it from opening is told by the pod, and by the time that passes.
  conversation.open(opening.signal).catch(() => undefined);
  try {
    return await followProgram(pod, program, observer, stops);
  } finally {
    opening.abort();
  }
}

function whereabouts({ job, name, uid, node }: Pod, warm: boolean): RunnerInfo {
  return { kind: 'kubernetes', job, pod: name, podUid: uid, node, warm };
}

/** Whether it was cancelled before it began. Throws when it is to go back to the queue. */
function isCancelled({ stop, closing }: Stops): boolean {
  if (stop.aborted && stop.reason === 'CANCELLED') return true;
  if (stop.aborted || closing.aborted) throw new RunnerNotReadyError('Stopped before it was started.');
  return false;
}

function cancelled(): RunEnd {
  return notStarted(endedBy('CANCELLED', 'Cancelled before it started.'));
}

function notStarted({ told: _, ...ending }: Ending): RunEnd {
  return { ...ending, usage: null, outputTruncated: false };
}
