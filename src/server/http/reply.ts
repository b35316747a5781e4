import type { IncomingMessage, OutgoingHttpHeaders, ServerResponse } from 'node:http';
import { RESPONSE_BYTES } from '../../bounds.ts';
import { HttpError } from './http-error.ts';

/** How long a client may go on sending a body that was refused before its connection is cut, milliseconds. */
const LINGER_MS = 2000;

/** Answers with JSON. @throws HttpError when it comes to more than `RESPONSE_BYTES` */
export function replyJson(
  response: ServerResponse,
  status: number,
  value: unknown,
  headers: OutgoingHttpHeaders = {},
): void {
  replyText(response, status, 'application/json; charset=utf-8', JSON.stringify(value), headers);
}

/** Answers with a text of that type. @throws HttpError when it comes to more than `RESPONSE_BYTES` */
export function replyText(
  response: ServerResponse,
  status: number,
  type: string,
  text: string,
  headers: OutgoingHttpHeaders = {},
): void {
  const length = Buffer.byteLength(text);
  if (length > RESPONSE_BYTES) {
    throw new HttpError(
      413,
      'RESPONSE_TOO_LARGE',
      `Expected an answer of at most ${RESPONSE_BYTES} bytes, got ${length}; ask for less, or page through the output.`,
    );
  }
  response.writeHead(status, {
    'cache-control': 'no-store',
    ...headers,
    'content-type': type,
    'content-length': length,
  });
  end(response, text);
}

/**
 * Ends the response. With an unread body still on its way the connection is closed, but not before the client could
 * read the answer: closing at once would reset it, and many clients then throw the answer away.
 */
function end(response: ServerResponse, text: string): void {
  const request = response.req;
  if (!expectsMore(request)) {
    response.end(text);
    return;
  }
  response.write(text);
  const finish = (): void => {
    clearTimeout(timer);
    request.off('end', finish).off('close', finish);
    response.end();
    request.socket.destroySoon();
  };
  const timer = setTimeout(finish, LINGER_MS);
  request.on('end', finish).on('close', finish).resume();
}

function expectsMore(request: IncomingMessage): boolean {
  if (request.complete || request.destroyed) return false;
  return (
    request.headers['transfer-encoding'] !== undefined || Number(request.headers['content-length'] ?? 0) > 0
  );
}

/** Whether the client has what this ETag stands for, by its `if-none-match`: 304 is the answer then. */
export function isKnown({ headers }: IncomingMessage, etag: string): boolean {
  const header = headers['if-none-match'];
  if (header === undefined) return false;
  if (header.trim() === '*') return true;
  return header.split(',').some((one) => one.trim().replace(/^W\//, '') === etag);
}

/** Resolves when the client has read what was written, or has gone. */
export function hasBeenRead(response: ServerResponse): Promise<void> {
  return new Promise((resolve) => {
    const settle = (): void => {
      response.off('drain', settle).off('close', settle);
      resolve();
    };
    response.on('drain', settle).on('close', settle);
    if (response.destroyed) settle();
  });
}
