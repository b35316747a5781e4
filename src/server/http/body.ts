import { isUtf8 } from 'node:buffer';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { badRequest, HttpError, tooLarge } from './http-error.ts';

/** The client went away before its request was whole: nobody is left to answer. */
export class ClientGoneError extends Error {
  override readonly name = 'ClientGoneError';
}

/**
 * Reads a JSON body of at most `limit` bytes, counted while they arrive.
 * @throws HttpError 415 when it says to be something else, 413 when it is longer, 400 when it is no JSON in UTF-8
 * @throws ClientGoneError
 */
export async function readJson(
  request: IncomingMessage,
  response: ServerResponse,
  limit: number,
): Promise<unknown> {
  requireJson(request);
  const bytes = await readBytes(request, response, limit);
  if (!isUtf8(bytes)) throw badRequest('Expected a JSON body in UTF-8, got bytes that are not UTF-8.');
  try {
    const value: unknown = JSON.parse(bytes.toString());
    return value;
  } catch (error) {
    throw badRequest(`Expected a JSON body, got ${bytes.length} bytes that are no JSON.${where(error)}`);
  }
}

/** What a JSON value is, for messages. */
export function kindOf(value: unknown): string {
  if (value === null || value === undefined) return 'nothing';
  if (Array.isArray(value)) return 'a list';
  return typeof value === 'object' ? 'an object' : `a ${typeof value}`;
}

function requireJson(request: IncomingMessage): void {
  const type = request.headers['content-type'];
  if (type?.split(';', 1)[0]?.trim().toLowerCase() !== 'application/json') {
    throw new HttpError(
      415,
      'UNSUPPORTED_MEDIA_TYPE',
      `Expected a body of type application/json, got ${type === undefined ? 'no content-type' : JSON.stringify(type)}.`,
    );
  }
  const encoding = request.headers['content-encoding'];
  if (encoding !== undefined && encoding !== 'identity') {
    throw new HttpError(
      415,
      'UNSUPPORTED_MEDIA_TYPE',
      `Expected a body without content-encoding, got ${JSON.stringify(encoding)}.`,
    );
  }
}

function readBytes(request: IncomingMessage, response: ServerResponse, limit: number): Promise<Buffer> {
  const declared = Number(request.headers['content-length'] ?? 0);
  if (declared > limit) {
    return Promise.reject(tooLarge(`Expected a body of at most ${limit} bytes, got ${declared}.`));
  }
  // Only now: a client that waits for leave to send its body learns first when it is too large or not allowed.
  if (request.headers.expect?.toLowerCase() === '100-continue') response.writeContinue();
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    let length = 0;
    const settle = (): void => {
      request.off('data', onData).off('end', onEnd).off('close', onClose).off('error', onClose);
    };
    const onData = (chunk: Buffer): void => {
      length += chunk.length;
      if (length > limit) {
        settle();
        reject(tooLarge(`Expected a body of at most ${limit} bytes, got more.`));
      } else {
        chunks.push(chunk);
      }
    };
    const onEnd = (): void => {
      settle();
      resolve(Buffer.concat(chunks, length));
    };
    const onClose = (): void => {
      settle();
      reject(new ClientGoneError('The client closed the connection before its request was whole.'));
    };
    request.on('data', onData).on('end', onEnd).on('close', onClose).on('error', onClose);
  });
}

/** V8 says where the JSON breaks, and quotes what stands there; only the position is passed on. */
function where(error: unknown): string {
  const position = error instanceof Error ? /position (\d+)/.exec(error.message)?.[1] : undefined;
  return position === undefined ? '' : ` It breaks at character ${position}.`;
}
