import type { Dispatcher } from 'undici';
import { STATUS_BYTES } from './bounds.ts';
import type { Access } from './credentials.ts';
import { type ApiOperation, failureOf, type Status, unreachable } from './error.ts';

export interface ApiRequest {
  readonly operation: ApiOperation;
  readonly method: 'GET' | 'POST' | 'PATCH' | 'DELETE';
  /** From the root of the API, query included. */
  readonly path: string;
  /** Turned into JSON. */
  readonly body?: object;
  /** Default: application/json. */
  readonly contentType?: string;
  /** Default: application/json. */
  readonly accept?: string;
}

export interface ApiResponse {
  readonly code: number;
  /** Counted, and made an `ApiError` when it breaks. Must be read or destroyed. */
  readonly body: AsyncIterable<Buffer>;
}

export interface SendOptions {
  readonly access: Access;
  readonly dispatcher: Dispatcher;
  readonly telemetry: ApiTelemetry;
  readonly signal: AbortSignal;
  /** How long the headers may take, milliseconds. */
  readonly timeoutMs: number;
  /** How long the body may be silent, milliseconds; 0: for ever. */
  readonly silenceMs: number;
}

/** One request. Resolves with the headers of a good response. @throws ApiError for every other, and when there is none */
export async function sendRequest(request: ApiRequest, options: SendOptions): Promise<ApiResponse> {
  const { operation, method, path } = request;
  const { access, dispatcher, telemetry, signal, timeoutMs, silenceMs } = options;
  const body = request.body === undefined ? null : JSON.stringify(request.body);
  const began = performance.now();
  let response: Dispatcher.ResponseData;
  try {
    const url = new URL(access.server);
    response = await dispatcher.request({
      origin: url.origin,
      path: url.pathname.replace(/\/$/, '') + path,
      method,
      headers: {
        ...access.headers,
        accept: request.accept ?? 'application/json',
        'user-agent': 'podline',
        ...(body === null ? {} : { 'content-type': request.contentType ?? 'application/json' }),
      },
      body,
      signal,
      headersTimeout: timeoutMs,
      bodyTimeout: silenceMs,
    });
  } catch (error) {
    telemetry.request(operation, 0, performance.now() - began);
    throw broken(operation, error, access, signal, timeoutMs);
  }
  telemetry.request(operation, response.statusCode, performance.now() - began);
  telemetry.bytes(operation, body === null ? 0 : Buffer.byteLength(body), 0);
  const received = counted(response.body, request.operation, options);
  if (response.statusCode < 400) return { code: response.statusCode, body: received };
  const status = await readStatus(received);
  const retryAfter = response.headers['retry-after']?.toString();
  throw failureOf(operation, response.statusCode, status, retryAfter, access.host);
}

async function* counted(
  body: AsyncIterable<Buffer>,
  operation: ApiOperation,
  { telemetry, access, signal, silenceMs }: SendOptions,
): AsyncGenerator<Buffer, void, undefined> {
  try {
    for await (const bytes of body) {
      telemetry.bytes(operation, 0, bytes.length);
      yield bytes;
    }
  } catch (error) {
    throw broken(operation, error, access, signal, silenceMs);
  }
}

/** An abort is whatever its owner said it is; everything else is a lost connection. */
function broken(
  operation: ApiOperation,
  error: unknown,
  access: Access,
  signal: AbortSignal,
  ms: number,
): unknown {
  if (signal.aborted) return signal.reason;
  return unreachable(operation, error, access.host, ms);
}

/** What the server says about a failure; something in front of it may answer with a page in HTML, or nothing. */
async function readStatus(body: AsyncIterable<Buffer>): Promise<Status> {
  try {
    const status: unknown = JSON.parse(await readText(body, STATUS_BYTES));
    return typeof status === 'object' && status ? status : {};
  } catch {
    return {};
  }
}

/** @throws RangeError when it has more bytes than `maxBytes` */
export async function readText(body: AsyncIterable<Buffer>, maxBytes: number): Promise<string> {
  const parts: Buffer[] = [];
  let bytes = 0;
  for await (const part of body) {
    bytes += part.length;
    if (bytes > maxBytes) throw new RangeError(`expected at maxBytes ${maxBytes} bytes, got more`);
    parts.push(part);
  }
  return Buffer.concat(parts, bytes).toString();
}

const NEWLINE = 0x0a;

/**
 * Cuts bytes into lines without their ends. A line of more than `maxBytes` bytes is cut there and the rest of it dropped; a
 * last line without an end is given when `keepLast` is set.
 */
export async function* lines(
  source: AsyncIterable<Buffer>,
  maxBytes: number,
  keepLast: boolean,
): AsyncGenerator<string, void, undefined> {
  let held: Buffer[] = [];
  let bytes = 0;
  const hold = (part: Buffer) => {
    const room = Math.min(part.length, maxBytes - bytes);
    if (room <= 0) return;
    held.push(part.subarray(0, room));
    bytes += room;
  };
  const take = () => {
    const line = held.length === 1 && held[0] ? held[0].toString() : Buffer.concat(held, bytes).toString();
    held = [];
    bytes = 0;
    return line;
  };
  for await (const part of source) {
    let from = 0;
    for (let at = part.indexOf(NEWLINE); at >= 0; at = part.indexOf(NEWLINE, from)) {
      hold(part.subarray(from, at));
      yield take();
      from = at + 1;
    }
    hold(part.subarray(from));
  }
  if (keepLast && bytes > 0) yield take();
}

/** What the connection to the API reports of itself, for metrics and benchmarks. Must not throw. */
export interface ApiTelemetry {
  /** One request got a response, or none: `code` is the HTTP status (101 for an attached stream), 0 without a response. */
  request(operation: ApiOperation, code: number, ms: number): void;
  /** Bytes of bodies and messages, as they come and go. */
  bytes(operation: ApiOperation, sent: number, received: number): void;
}

export const SILENT: ApiTelemetry = { request() {}, bytes() {} };
