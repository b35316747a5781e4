import type { Dispatcher } from 'undici';
import { STATUS_BYTES } from './bounds.ts';
import type { Access } from './credentials.ts';
import type { ApiOperation } from './error.ts';
import { failureOf, type Status, unreachable } from './failures.ts';
import type { ApiTelemetry } from './telemetry.ts';

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

export interface Answer {
  readonly code: number;
  /** Counted, and made an `ApiError` when it breaks. Must be read or destroyed. */
  readonly body: AsyncIterable<Buffer>;
}

export interface ExchangeOptions {
  readonly access: Access;
  readonly dispatcher: Dispatcher;
  readonly telemetry: ApiTelemetry;
  readonly signal: AbortSignal;
  /** How long the headers may take, milliseconds. */
  readonly timeoutMs: number;
  /** How long the body may be silent, milliseconds; 0: for ever. */
  readonly silenceMs: number;
}

/** One request. Resolves with the headers of a good answer. @throws ApiError for every other, and when there is none */
export async function exchange(request: ApiRequest, options: ExchangeOptions): Promise<Answer> {
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
  { telemetry, access, signal, silenceMs }: ExchangeOptions,
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

/** @throws RangeError when it has more bytes than `most` */
export async function readText(body: AsyncIterable<Buffer>, most: number): Promise<string> {
  const parts: Buffer[] = [];
  let bytes = 0;
  for await (const part of body) {
    bytes += part.length;
    if (bytes > most) throw new RangeError(`expected at most ${most} bytes, got more`);
    parts.push(part);
  }
  return Buffer.concat(parts, bytes).toString();
}
