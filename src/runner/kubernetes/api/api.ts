import { backOffMs } from '../../../async/back-off.ts';
import { Semaphore } from '../../../async/semaphore.ts';
import { sleep } from '../../../async/sleep.ts';
import { ATTEMPT_MS, ATTEMPTS, CALLS, RESPONSE_BYTES } from './bounds.ts';
import { type Access, type Credentials, CredentialsError } from './credentials.ts';
import { ApiError, type ApiOperation, isTransient, unreachable } from './error.ts';
import { type ApiRequest, type ApiTelemetry, readText, sendRequest } from './request.ts';

export interface StreamOptions {
  readonly signal: AbortSignal;
  /** How long it may say nothing, milliseconds; 0: for ever. */
  readonly silenceMs: number;
  /** Called when the response has begun. */
  readonly onOpen?: () => void;
}

/** Speaks to the API server: calls with a response in JSON, and streams. Ends everything when it is disposed. */
export class Api implements Disposable {
  readonly telemetry: ApiTelemetry;
  readonly attemptMs: number;
  readonly #credentials: Credentials;
  readonly #permits = new Semaphore(CALLS, ATTEMPT_MS);
  readonly #closing = new AbortController();
  readonly #underWay = new Set<AbortController>();

  /** @param attemptMs how long one attempt may take, milliseconds */
  constructor(credentials: Credentials, telemetry: ApiTelemetry, attemptMs = ATTEMPT_MS) {
    this.attemptMs = attemptMs;
    this.#credentials = credentials;
    this.telemetry = telemetry;
  }

  /** Aborted when this is disposed, with an `ApiError` whose failure is `closed`. */
  get closing(): AbortSignal {
    return this.#closing.signal;
  }

  get host(): string {
    return this.#credentials.host;
  }

  [Symbol.dispose](): void {
    const operation = { verb: 'call', resource: 'the API', namespace: '' };
    const fields = { failure: 'closed', code: 0, reason: 'Closed', operation } as const;
    const reason = new ApiError('The connection to the cluster is being closed.', fields);
    this.#closing.abort(reason);
    for (const one of this.#underWay) one.abort(reason);
  }

  /**
   * Sends a request, and again a few times after a transient failure: only for what may be done twice.
   * @throws ApiError
   */
  async call(request: ApiRequest): Promise<unknown> {
    for (let attempt = 1; ; attempt++) {
      try {
        return await this.attempt(request);
      } catch (error) {
        if (!isTransient(error) || attempt === ATTEMPTS) throw error;
        await backOff(attempt, this.closing, (error instanceof ApiError && error.retryAfterMs) || 0);
        this.closing.throwIfAborted();
      }
    }
  }

  /** Sends it once, for 10 s at the most. @throws ApiError */
  async attempt(request: ApiRequest): Promise<unknown> {
    using permit = await this.#permits.acquire();
    if (permit === null) {
      throw new ApiError(
        `The Kubernetes API at ${this.host} answers too slowly: ${CALLS} calls wait for it.`,
        {
          failure: 'unavailable',
          code: 0,
          reason: 'Busy',
          operation: request.operation,
        },
      );
    }
    return this.authorized(request.operation, (access) => this.#send(request, access));
  }

  /**
   * A stream of bytes; an attempt to open it takes 10 s at the most.
   * @throws ApiError, also while it is read; the signal's reason when that is aborted
   */
  async *open(
    request: ApiRequest,
    { signal, silenceMs, onOpen }: StreamOptions,
  ): AsyncGenerator<Buffer, void, undefined> {
    const controller = new AbortController();
    const abort = () => controller.abort(signal.reason);
    this.closing.throwIfAborted();
    signal.throwIfAborted();
    signal.addEventListener('abort', abort, { once: true });
    this.#underWay.add(controller);
    try {
      const { body } = await this.authorized(request.operation, (access) => {
        const { telemetry, attemptMs: timeoutMs } = this;
        const dispatcher = access.connections.streams;
        const { signal } = controller;
        return sendRequest(request, { access, dispatcher, telemetry, signal, timeoutMs, silenceMs });
      });
      onOpen?.();
      yield* body;
    } finally {
      this.#underWay.delete(controller);
      signal.removeEventListener('abort', abort);
      // Whoever left in the middle leaves a connection in the middle of a response.
      controller.abort();
    }
  }

  /** Does it with what credentials there are; when they are refused, once more with what is read anew. */
  async authorized<T>(operation: ApiOperation, use: (access: Access) => Promise<T>): Promise<T> {
    this.closing.throwIfAborted();
    const access = await this.#access(operation);
    try {
      return await use(access);
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      if (error.failure === 'unreachable') this.#credentials.doubt(access);
      if (error.failure !== 'unauthenticated') throw error;
      this.#credentials.refuse(access);
    }
    return use(await this.#access(operation));
  }

  async #access(operation: ApiOperation): Promise<Access> {
    try {
      return await this.#credentials.current();
    } catch (error) {
      if (!(error instanceof CredentialsError)) throw error;
      const fields = { failure: 'unauthenticated', code: 0, reason: 'NoCredentials', operation } as const;
      throw new ApiError(error.message, { ...fields, cause: error });
    }
  }

  async #send(request: ApiRequest, access: Access): Promise<unknown> {
    const { operation } = request;
    const { telemetry, attemptMs: timeoutMs } = this;
    const controller = new AbortController();
    this.#underWay.add(controller);
    const late = () => {
      const error = new DOMException('late', 'TimeoutError');
      controller.abort(unreachable(operation, error, access.host, timeoutMs));
    };
    const timer = setTimeout(late, timeoutMs);
    try {
      const dispatcher = access.connections.calls;
      const { signal } = controller;
      const timing = { signal, timeoutMs, silenceMs: timeoutMs };
      const { body } = await sendRequest(request, { access, dispatcher, telemetry, ...timing });
      return await readJson(body, operation, access.host);
    } finally {
      clearTimeout(timer);
      this.#underWay.delete(controller);
    }
  }
}

async function readJson(
  body: AsyncIterable<Buffer>,
  operation: ApiOperation,
  host: string,
): Promise<unknown> {
  try {
    return JSON.parse(await readText(body, RESPONSE_BYTES));
  } catch (error) {
    if (!(error instanceof SyntaxError || error instanceof RangeError)) throw error;
    const fields = { failure: 'unavailable', code: 0, reason: 'NotJson', operation } as const;
    const message = `What answers at ${host} is no Kubernetes API: expected JSON of a bearable size, got something else.`;
    throw new ApiError(message, { ...fields, cause: error });
  }
}

const BOUNDS = { firstMs: 200, maxMs: 10_000 };

/** Waits until the next attempt: 0.2 to 10 s, by the failures in a row. Ends early, without an error, by `signal`. */
export async function backOff(failures: number, signal: AbortSignal, minMs = 0): Promise<void> {
  await sleep(Math.max(Math.min(minMs, BOUNDS.maxMs), backOffMs(failures, BOUNDS)), signal);
}
