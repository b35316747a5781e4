import { type ExportResult, ExportResultCode } from '@opentelemetry/core';
import type { ReadableSpan, SpanExporter } from '@opentelemetry/sdk-trace';
import type { Logger } from '../../executions/telemetry.ts';

/** An exporter whose failures are told: a line in the log when they begin, and one when they are over. */
export class ToldExporter implements SpanExporter {
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
