import { type IdGenerator, RandomIdGenerator } from '@opentelemetry/sdk-trace';

export interface RootIds {
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
export function rootIds(executionId: string): RootIds {
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
