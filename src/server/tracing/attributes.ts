import { type Attributes, type SpanStatus, SpanStatusCode } from '@opentelemetry/api';
import type { EndReason, RunnerInfo } from '../../executions/execution.ts';
import type { Stage } from '../../executions/telemetry.ts';

/** What a span tells: names as in OpenTelemetry's conventions where those have one, else with `podline.` before. */
export function attributesOf({ name, execution }: Stage): Attributes {
  const { id, language, status, endReason, exitCode, runner, epoch } = execution;
  const isOver = name === 'run' || name === 'end' || name === 'execution';
  return {
    'podline.execution.id': id,
    'podline.execution.language': language,
    'podline.execution.status': status,
    'podline.execution.epoch': epoch,
    ...(isOver && endReason !== null ? { 'podline.execution.end_reason': endReason } : {}),
    ...(isOver && exitCode !== null ? { 'process.exit.code': exitCode } : {}),
    ...(runner === null ? {} : placeOf(runner)),
  };
}

/** Where it ran, and whether that was ready before. */
function placeOf({ kind, warm, job, pod, podUid, node }: RunnerInfo): Attributes {
  return {
    'podline.runner.kind': kind,
    'podline.runner.warm': warm,
    ...(job === null ? {} : { 'k8s.job.name': job }),
    ...(pod === null ? {} : { 'k8s.pod.name': pod }),
    ...(podUid === null ? {} : { 'k8s.pod.uid': podUid }),
    ...(node === null ? {} : { 'k8s.node.name': node }),
  };
}

/** An error is what the service or the cluster did not manage; a program that fails is none. */
export function statusOf({ name, execution: { endReason } }: Stage): SpanStatus {
  const failed = name === 'execution' && endReason !== null && NOT_THE_PROGRAM.has(endReason);
  return failed ? { code: SpanStatusCode.ERROR, message: endReason } : { code: SpanStatusCode.UNSET };
}

const NOT_THE_PROGRAM: ReadonlySet<EndReason> = new Set([
  'EVICTED',
  'IMAGE_UNAVAILABLE',
  'UNSCHEDULABLE',
  'INTERRUPTED',
]);
