import type { V1Pod } from '@kubernetes/client-node';
import { sentence } from '../sentence.ts';
import { type End, end } from './end.ts';

/**
 * Why a pod that has ended never ran its container, null when it may have. Then it is certain that its program was not
 * started: `UNSCHEDULABLE` when its node did not take it (another may), `IMAGE_UNAVAILABLE` when its image lacks what
 * it takes to start.
 */
export function diagnoseNeverRan(pod: V1Pod | undefined): End | null {
  const { phase, reason, message, containerStatuses } = pod?.status ?? {};
  const last = containerStatuses?.[0]?.state?.terminated;
  if (last?.reason && START_REASONS.has(last.reason)) {
    const image = pod?.spec?.containers[0]?.image ?? '';
    const missing = /exec: "([^"]*)": executable file not found/.exec(last.message ?? '');
    const why = missing ? `it has no ${missing[1]}` : 'its interpreter did not start';
    return end('IMAGE_UNAVAILABLE', `The image ${image} cannot run programs: ${why}.`);
  }
  // An evicted pod's containers are told as they were, and not always: only a pod without any has certainly had none.
  if (phase !== 'Failed' || containerStatuses?.length || !reason || ENDED_REASONS.has(reason)) return null;
  const why = sentence((message ?? reason).replace(/^(Pod was rejected: |Pod )/, ''));
  return end('UNSCHEDULABLE', `Its node did not take it: ${why}`);
}

/** What a runtime ends a container with that it could not start. */
const START_REASONS: ReadonlySet<string> = new Set(['StartError', 'ContainerCannotRun']);

/**
 * Reasons of pods that may have run. A node's own admission has many more, for pods it never took: OutOfcpu,
 * OutOfpods, NodeAffinity, UnexpectedAdmissionError.
 */
const ENDED_REASONS: ReadonlySet<string> = new Set([
  'DeadlineExceeded',
  'Evicted',
  'NodeLost',
  'NodeShutdown',
  'Preempting',
  'Shutdown',
  'Terminated',
]);
