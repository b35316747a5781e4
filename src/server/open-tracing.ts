import { type ExportResult, ExportResultCode } from '@opentelemetry/core';
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-http';
import { resourceFromAttributes } from '@opentelemetry/resources';
import {
  AlwaysOnSampler,
  BatchSpanProcessor,
  type ReadableSpan,
  type SpanExporter,
  TracerProvider,
} from '@opentelemetry/sdk-trace';
import type { Logger } from '../executions/telemetry.ts';
import { ExecutionIds, Tracing } from './tracing.ts';

export interface TracingOptions {
  /** The collector's address; spans go to `/v1/traces` below it, as OTLP over HTTP, in JSON. */
  readonly endpoint: string;
  /** Sent with every request. Secrets. */
  readonly headers: { readonly [name: string]: string };
  readonly serviceName: string;
  /** What tells this process from others of the service. */
  readonly instanceId: string;
  readonly version: string;
  readonly logger: Logger;
  /** How long spans are gathered before they are sent, milliseconds. */
  readonly delayMs?: number;
  /** How long a close may take to send what is left, milliseconds. */
  readonly flushMs?: number;
}

/** Gathered spans are sent after this long, milliseconds, or when there are `BATCH_SPANS`. */
const DELAY_MS = 2000;
/** How long one request may take with its repetitions, milliseconds. */
const EXPORT_MS = 5000;
/** How long a close may take to send what is left, milliseconds. */
const FLUSH_MS = 2000;
const BATCH_SPANS = 512;
/** Spans that wait, some 1 KiB each; what comes beyond is dropped. */
const QUEUED_SPANS = 4096;

/**
 * Traces to a collector. One that is away delays nothing and stops nothing: what it does not take within `EXPORT_MS` is
 * lost, and the log says so once.
 */
export function openTracing(options: TracingOptions): Tracing {
  const {
    endpoint,
    headers,
    serviceName,
    instanceId,
    version,
    logger,
    delayMs = DELAY_MS,
    flushMs = FLUSH_MS,
  } = options;
  const exporter = new OTLPTraceExporter({
    url: `${endpoint}/v1/traces`,
    headers: { ...headers },
    timeoutMillis: EXPORT_MS,
    concurrencyLimit: 1 + QUEUED_SPANS / BATCH_SPANS,
  });
  const processor = new BatchSpanProcessor({
    exporter: new LoggingExporter(exporter, logger),
    maxQueueSize: QUEUED_SPANS,
    maxExportBatchSize: BATCH_SPANS,
    scheduledDelayMillis: delayMs,
    exportTimeoutMillis: 2 * EXPORT_MS,
  });
  const ids = new ExecutionIds();
  const provider = new TracerProvider({
    resource: resourceFromAttributes({
      'service.name': serviceName,
      'service.version': version,
      'service.instance.id': instanceId,
    }),
    // Spans of one trace come from several processes, so none may decide alone; collectors sample whole traces.
    sampler: new AlwaysOnSampler(),
    spanProcessors: [processor],
    idGenerator: ids,
  });
  return new Tracing(provider, ids, { version, flushMs });
}

/** An exporter whose failures are told: a line in the log when they begin, and one when they are over. */
export class LoggingExporter implements SpanExporter {
  readonly #exporter: SpanExporter;
  readonly #logger: Logger;
  #lost = 0;

  constructor(exporter: SpanExporter, logger: Logger) {
    this.#exporter = exporter;
    this.#logger = logger;
  }

  export(spans: ReadableSpan[], done: (result: ExportResult) => void): void {
    this.#exporter.export(spans, (result) => {
      if (result.code === ExportResultCode.SUCCESS) this.#worked();
      else this.#failed(spans.length, result.error);
      done(result);
    });
  }

  shutdown(): Promise<void> {
    return this.#exporter.shutdown();
  }

  async forceFlush(): Promise<void> {
    await this.#exporter.forceFlush?.();
  }

  #worked(): void {
    if (this.#lost > 0) this.#logger.info({ lost: this.#lost }, 'the trace collector takes spans again');
    this.#lost = 0;
  }

  /** Of the error only its message: an answer's body is not ours to log. */
  #failed(spans: number, error: Error | undefined): void {
    if (this.#lost === 0)
      this.#logger.warn(
        { reason: error?.message ?? null },
        'the trace collector takes no spans; they are lost',
      );
    this.#lost += spans;
  }
}
