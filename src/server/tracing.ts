import { AsyncLocalStorage } from 'node:async_hooks';
import {
  type Attributes,
  ROOT_CONTEXT,
  type SpanContext,
  type SpanStatus,
  SpanStatusCode,
  TraceFlags,
  type Tracer,
  trace,
} from '@opentelemetry/api';
import { parseTraceParent } from '@opentelemetry/core';
import { type IdGenerator, RandomIdGenerator, type TracerProvider } from '@opentelemetry/sdk-trace';
import { allSettledWithin } from '../async/timeout.ts';
import type { EndReason, RunnerInfo } from '../executions/execution.ts';
import type { Stage } from '../executions/telemetry.ts';

/**
 * Makes a span of each stage of an execution. A stage is told when it is over, so that no span is ever open: nothing is
 * held for an execution here, and a process that dies leaves none without an end. The root (`execution`) comes last, from
 * whoever stored the end; the others name it as their parent before it is there.
 */
export class Tracing implements AsyncDisposable {
  readonly #provider: TracerProvider;
  readonly #tracer: Tracer;
  readonly #ids: ExecutionIds;
  readonly #callers = new AsyncLocalStorage<SpanContext>();
  readonly #flushMs: number;
  #closing: Promise<void> | null = null;

  constructor(provider: TracerProvider, ids: ExecutionIds, options: { version: string; flushMs: number }) {
    this.#provider = provider;
    this.#ids = ids;
    this.#tracer = provider.getTracer('podline', options.version);
    this.#flushMs = options.flushMs;
  }

  /** Answers a request; what is submitted by it is linked to the caller's span, when the header names one. */
  within<T>(traceparent: string | string[] | undefined, answer: () => T): T {
    const caller = typeof traceparent === 'string' ? parseTraceParent(traceparent) : null;
    return caller === null ? answer() : this.#callers.run({ ...caller, isRemote: true }, answer);
  }

  stage(stage: Stage): void {
    const root = rootIds(stage.execution.id);
    const caller = stage.name === 'submission' ? this.#callers.getStore() : undefined;
    const options = {
      startTime: stage.from,
      attributes: attributesOf(stage),
      links: caller === undefined ? [] : [{ context: caller }],
    };
    const span =
      stage.name === 'execution'
        ? this.#ids.as(root, () => this.#tracer.startSpan('execution', options, ROOT_CONTEXT))
        : this.#tracer.startSpan(
            stage.name,
            options,
            trace.setSpanContext(ROOT_CONTEXT, { ...root, traceFlags: TraceFlags.SAMPLED, isRemote: true }),
          );
    if (stage.firstOutputAt !== null) span.addEvent('first output', stage.firstOutputAt);
    span.setStatus(statusOf(stage));
    span.end(stage.to);
  }

  /** Sends what is left, as far as `flushMs` allows. */
  [Symbol.asyncDispose](): Promise<void> {
    this.#closing ??= allSettledWithin(this.#flushMs, [this.#provider.shutdown()]);
    return this.#closing;
  }
}

/** What a span tells: names as in OpenTelemetry's conventions where those have one, else with `podline.` before. */
function attributesOf({ name, execution }: Stage): Attributes {
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
function statusOf({ name, execution: { endReason } }: Stage): SpanStatus {
  const failed = name === 'execution' && endReason !== null && NOT_THE_PROGRAM.has(endReason);
  return failed ? { code: SpanStatusCode.ERROR, message: endReason } : { code: SpanStatusCode.UNSET };
}

const NOT_THE_PROGRAM: ReadonlySet<EndReason> = new Set([
  'EVICTED',
  'IMAGE_UNAVAILABLE',
  'UNSCHEDULABLE',
  'INTERRUPTED',
]);

interface RootIds {
  /** 32 hexadecimal digits. */
  readonly traceId: string;
  /** 16 hexadecimal digits. */
  readonly spanId: string;
}

/**
 * The trace of an execution, and the span that all others of it hang from. Both follow from the execution's id, so
 * that every process that has to do with it, also after a crash, adds to one trace without anything being stored. A
 * UUIDv7 is 128 bits, never all zero, and its last 62 are random: what W3C asks of a trace id.
 */
function rootIds(executionId: string): RootIds {
  const traceId = executionId.replaceAll('-', '');
  return { traceId, spanId: traceId.slice(16) };
}

/** Random span ids, and those of a root while `as` makes it. */
export class ExecutionIds implements IdGenerator {
  readonly #random = new RandomIdGenerator();
  #root: RootIds | null = null;

  /** Makes a span without a parent that gets these ids. */
  as<T>(root: RootIds, make: () => T): T {
    this.#root = root;
    try {
      return make();
    } finally {
      this.#root = null;
    }
  }

  generateTraceId(): string {
    return this.#root?.traceId ?? this.#random.generateTraceId();
  }

  generateSpanId(): string {
    return this.#root?.spanId ?? this.#random.generateSpanId();
  }
}
