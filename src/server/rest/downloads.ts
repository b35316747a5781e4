import type { ServerResponse } from 'node:http';
import { FILE_PIECE_BYTES } from '../../bounds.ts';
import type { OutputFile } from '../../executions/execution.ts';
import type { ExecutionsApi } from '../../executions/executions.ts';
import { mediaTypeOf } from '../../executions/files/media-type.ts';
import { type DisplayPart, partBytes } from '../../executions/output/chunk.ts';
import { fileUrl, pathFromUrl } from '../../executions/urls.ts';
import type { AnswerBudget } from '../budgets.ts';
import type { Exchange } from '../http/exchange.ts';
import { badRequest, HttpError } from '../http/http-error.ts';
import { hasBeenRead, isKnown, replyJson } from '../http/reply.ts';
import type { Route } from '../http/router.ts';
import { executionIdOf, unknownExecution } from './result.ts';

/** `GET /result/<id>/files`: what the program left, once it has ended. */
export function filesRoute(executions: ExecutionsApi): Route {
  const answer = async (exchange: Exchange): Promise<void> => {
    const id = executionIdOf(exchange);
    const execution = await executions.get(exchange.requireCaller(), id);
    if (execution === null) throw unknownExecution(id);
    const files = execution.files.map(({ path, bytes, sha256 }) => ({
      path,
      bytes,
      sha256,
      media_type: mediaTypeOf(path),
      url: fileUrl(id, path),
    }));
    replyJson(exchange.response, 200, files);
  };
  return { name: 'files', path: '/result/:id/files', access: 'user', methods: { GET: answer, HEAD: answer } };
}

/**
 * `GET /result/<id>/files/<path>`: one of them. Whatever a program wrote, a browser saves it and shows nothing of it in
 * this server's name.
 */
export function fileRoute(executions: ExecutionsApi, answers: AnswerBudget): Route {
  const answer = async (exchange: Exchange): Promise<void> => {
    const { request, response, params } = exchange;
    const caller = exchange.requireCaller();
    const path = pathFromUrl(params['path'] ?? '');
    if (path === null) throw badRequest('Expected a path that is encoded as URLs are, got another.');
    const { file, read } = await executions.openFile(caller, executionIdOf(exchange), path);
    const etag = `"${file.sha256}"`;
    const headers = headersOf(file, etag);
    if (isKnown(request, etag)) {
      response.writeHead(304, headers).end();
      return;
    }
    const range = requestedRange(exchange, file, etag);
    const { from, to } = range ?? { from: 0, to: file.bytes };
    const counted = answers.open(caller);
    response.once('close', () => counted.release());
    // A piece that is being written, and what the connection has not taken of the one before.
    counted.add(Math.min(to - from, 2 * FILE_PIECE_BYTES));
    response.writeHead(range === null ? 200 : 206, {
      ...headers,
      'content-length': to - from,
      ...(range !== null && { 'content-range': `bytes ${from}-${to - 1}/${file.bytes}` }),
    });
    if (request.method === 'HEAD') response.end();
    else await send(response, read(from, to));
  };
  return {
    name: 'file',
    path: '/result/:id/files/*path',
    access: 'user',
    methods: { GET: answer, HEAD: answer },
  };
}

function headersOf(file: OutputFile, etag: string): Record<string, string> {
  return {
    'accept-ranges': 'bytes',
    'cache-control': 'private, no-cache',
    'content-disposition': dispositionOf(file.path),
    'content-security-policy': "default-src 'none'; sandbox",
    'content-type': mediaTypeOf(file.path),
    etag,
  };
}

/** Saved under the last part of its path, for clients that read no UTF-8 with everything but a few characters replaced. */
function dispositionOf(path: string): string {
  const name = path.slice(path.lastIndexOf('/') + 1);
  const plain = name.replace(/[^\w.-]/gu, '_');
  const encoded = encodeURIComponent(name).replace(/['()*!]/g, (one) => `%${one.charCodeAt(0).toString(16)}`);
  return `attachment; filename="${plain}"; filename*=UTF-8''${encoded}`;
}

/** Null for the whole file. @throws HttpError 416 */
function requestedRange({ request }: Exchange, file: OutputFile, etag: string): ByteRange | null {
  const { range: header, 'if-range': condition } = request.headers;
  if (header === undefined || (condition !== undefined && String(condition).trim() !== etag)) return null;
  const range = rangeOf(header, file.bytes);
  if (range !== 'unsatisfiable') return range;
  throw new HttpError(
    416,
    'RANGE_NOT_SATISFIABLE',
    `Expected a range within the ${file.bytes} bytes of the file, got ${JSON.stringify(header.slice(0, 64))}.`,
    { 'content-range': `bytes */${file.bytes}` },
  );
}

/** Writes it as the client reads it. @throws what reading it throws; the response is then not ended */
async function send(response: ServerResponse, content: AsyncIterable<Uint8Array>): Promise<void> {
  for await (const piece of content) {
    if (!response.write(piece)) await hasBeenRead(response);
    if (response.destroyed) return;
  }
  response.end();
}

/** From `from` up to, not including, `to`. */
interface ByteRange {
  readonly from: number;
  readonly to: number;
}

/**
 * What a Range header asks for of so many bytes. Null for all of them: another unit, several ranges, or what is no range
 * at all, as RFC 9110 (14.2) allows.
 */
function rangeOf(header: string, bytes: number): ByteRange | 'unsatisfiable' | null {
  const [, first = '', last = ''] = /^bytes=\s*(\d{0,15})-(\d{0,15})\s*$/i.exec(header) ?? [];
  if (first === '' && last === '') return null;
  if (first === '') {
    const count = Math.min(Number(last), bytes);
    return count === 0 ? 'unsatisfiable' : { from: bytes - count, to: bytes };
  }
  if (last !== '' && Number(last) < Number(first)) return null;
  if (Number(first) >= bytes) return 'unsatisfiable';
  return { from: Number(first), to: last === '' ? bytes : Math.min(Number(last) + 1, bytes) };
}

/**
 * `GET /result/<id>/displays/<chunk>/<part>`: one part of a rich result. Whatever a program displays, a browser that is led
 * there saves it and shows nothing of it in this server's name; an `<img>` shows it.
 */
export function displayRoute(executions: ExecutionsApi, answers: AnswerBudget): Route {
  const answer = async (exchange: Exchange): Promise<void> => {
    const { request, response, params } = exchange;
    const caller = exchange.requireCaller();
    const id = executionIdOf(exchange);
    const execution = await executions.get(caller, id);
    if (execution === null) throw unknownExecution(id);
    const [, seq = '0', index = ''] = DISPLAY_ADDRESS.exec(params['path'] ?? '') ?? [];
    const chunk = seq === '0' ? null : await executions.output.chunk(execution, Number(seq));
    const part = chunk?.display?.parts[Number(index)];
    if (!part) {
      throw new HttpError(404, 'NOT_FOUND', `Expected the address of a part that execution ${id} displayed.`);
    }
    const bytes = partBytes(part);
    const counted = answers.open(caller);
    response.once('close', () => counted.release());
    // Of what is stored in pieces as of a file.
    counted.add(part.stored === undefined ? bytes : Math.min(bytes, 2 * FILE_PIECE_BYTES));
    response.writeHead(200, {
      ...DISPLAY_HEADERS,
      'content-type': typeOf(part),
      'content-length': bytes,
    });
    if (request.method === 'HEAD') response.end();
    else await send(response, executions.output.part(execution, part));
  };
  return {
    name: 'display',
    path: '/result/:id/displays/*path',
    access: 'user',
    methods: { GET: answer, HEAD: answer },
  };
}

const DISPLAY_HEADERS = {
  // A chunk never changes.
  'cache-control': 'private, max-age=3600',
  'content-disposition': 'attachment',
  'content-security-policy': "default-src 'none'; sandbox",
  'x-content-type-options': 'nosniff',
} as const;

/** What a program says it is, as long as that is a media type at all. */
function typeOf({ mediaType, isBase64 }: DisplayPart): string {
  if (!MEDIA_TYPE.test(mediaType)) return 'application/octet-stream';
  return isBase64 ? mediaType : `${mediaType}; charset=utf-8`;
}

const MEDIA_TYPE = /^[a-z0-9][a-z0-9.+-]{0,62}\/[a-z0-9][a-z0-9.+-]{0,126}$/;

/** The number of a chunk, and that of a part. */
const DISPLAY_ADDRESS = /^(\d{1,10})\/(\d{1,3})$/;
