import { AsyncLocalStorage } from 'node:async_hooks';
import { ROOT_CONTEXT, type SpanContext, TraceFlags, type Tracer, trace } from '@opentelemetry/api';
import { parseTraceParent } from '@opentelemetry/core';
import type { TracerProvider } from '@opentelemetry/sdk-trace';
import type { Stage } from '../../executions/telemetry.ts';
import { settledWithin } from '../../executions/within.ts';
import { attributesOf, statusOf } from './attributes.ts';
import { type ExecutionIds, rootIds } from './ids.ts';

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
    this.#closing ??= settledWithin(this.#flushMs, [this.#provider.shutdown()]);
    return this.#closing;
  }
}
