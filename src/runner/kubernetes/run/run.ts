import type { RunnerInfo } from '../../../executions/execution.ts';
import type { RunEnd, RunObserver, RunRequest, TakenOver } from '../../../executions/runner.ts';
import { endedBy } from '../../ends/ending.ts';
import { notStarted, stoppedBeforeStart } from '../../ends/not-started.ts';
import type { Pod } from '../pods/pod.ts';
import { detached } from './ends/let-go.ts';
import { followProgram, type Stops } from './follow.ts';
import { encodePayload, PAYLOAD_BYTES } from './payload.ts';

export interface RunOptions extends Stops {
  readonly warm: boolean;
  /** Called when it is stored that the program runs in this pod. */
  readonly placed: () => void;
}

/**
 * Runs one program in a ready pod to its end. Settles as `Runner.run` does; the pod is used up then and still there,
 * unless `RunnerDetachedError` says that it is in use, or may be.
 */
export async function runInPod(
  pod: Pod,
  request: RunRequest,
  observer: RunObserver,
  { warm, placed, ...stops }: RunOptions,
): Promise<RunEnd> {
  const payload = encodePayload(request);
  if (Buffer.byteLength(payload) > PAYLOAD_BYTES) {
    return notStarted(
      endedBy('INTERRUPTED', `The program and its input take more than ${PAYLOAD_BYTES} bytes.`),
    );
  }
  const stopped = endBeforeStart(stops);
  if (stopped !== null) return stopped;
  const runner = whereabouts(pod, warm);
  await observer.placed(runner);
  placed();
  const { stop } = stops;
  if (stop.aborted && stop.reason === 'CANCELLED') return stoppedBeforeStart(stop);
  detachIfLetGo(stops);
  const program = {
    limits: request.limits,
    runner,
    earliest: Date.now(),
    startedAt: null,
    bytes: 0,
    isAdopted: false,
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
  detachIfLetGo(stops);
  const { conversation } = pod;
  const { execution, payload, bytes } = taken;
  const { id, limits, createdAt, startedAt } = execution;
  const program = {
    limits,
    runner: execution.runner ?? whereabouts(pod, false),
    earliest: createdAt,
    startedAt,
    bytes,
    isAdopted: true,
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

/** @throws RunnerDetachedError when it is let go of; a cancel has to be carried out */
function detachIfLetGo({ stop, closing }: Stops): void {
  if (closing.aborted || (stop.aborted && stop.reason !== 'CANCELLED')) throw detached();
}

function whereabouts({ job, name, uid, node }: Pod, warm: boolean): RunnerInfo {
  return { kind: 'kubernetes', job, pod: name, podUid: uid, node, warm };
}

/** How it ended when it was stopped before it was given; null when it goes on. */
function endBeforeStart({ stop, closing }: Stops): RunEnd | null {
  const stopped = [stop, closing].find(({ aborted }) => aborted);
  return stopped === undefined ? null : stoppedBeforeStart(stopped);
}
