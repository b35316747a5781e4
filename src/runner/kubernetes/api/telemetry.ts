import type { ApiOperation } from './error.ts';

/** What the connection to the API tells of itself, for metrics and benchmarks. Must not throw. */
export interface ApiTelemetry {
  /** One request was answered, or not: `code` is the HTTP status (101 for an attached stream), 0 without an answer. */
  request(operation: ApiOperation, code: number, ms: number): void;
  /** Bytes of bodies and messages, as they come and go. */
  bytes(operation: ApiOperation, sent: number, received: number): void;
}

export const SILENT: ApiTelemetry = { request() {}, bytes() {} };
