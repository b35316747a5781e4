import { isUtf8 } from 'node:buffer';
import type { IncomingMessage } from 'node:http';
import { JSON_DEPTH, JSON_VALUES } from '../../bounds.ts';
import type { Exchange } from './exchange.ts';
import { badRequest, ClientGoneError, HttpError, tooLarge, tooMuchReceived } from './http-error.ts';

/**
 * Reads a JSON body of at most `limit` bytes, counted while they arrive. The bytes of a caller count against the budget of
 * all until the request has been answered.
 * @throws HttpError 415 when it says to be something else, 413 when it is longer or holds more values than JSON may, 400
 * when it is no JSON in UTF-8, 503 when too much is being received
 * @throws ClientGoneError
 */
export async function readJson(exchange: Exchange, limit: number): Promise<unknown> {
  requireJson(exchange.request);
  return parseJson(await readBytes(exchange, limit));
}

/** @throws HttpError 413, 400 */
export function parseJson(bytes: Buffer, what = 'a JSON body'): unknown {
  if (!isUtf8(bytes)) throw badRequest(`Expected ${what} in UTF-8, got bytes that are not UTF-8.`);
  const excess = exceedsJson(bytes);
  if (excess !== null) throw tooLarge(excess);
  try {
    const value: unknown = JSON.parse(bytes.toString());
    return value;
  } catch (error) {
    throw badRequest(`Expected ${what}, got ${bytes.length} bytes that are no JSON.${where(error)}`);
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

/**
 * Reads a body of at most `limit` bytes, counted as `readJson` does.
 * @throws HttpError 413, 503
 * @throws ClientGoneError
 */
export function readBytes({ request, response, caller, received }: Exchange, limit: number): Promise<Buffer> {
  const declared = Number(request.headers['content-length'] ?? 0);
  if (declared > limit) {
    return Promise.reject(tooLarge(`Expected a body of at most ${limit} bytes, got ${declared}.`));
  }
  // Only now: a client that waits for leave to send its body learns first when it is too large or not allowed.
  if (request.headers.expect?.toLowerCase() === '100-continue') response.writeContinue();
  return new Promise((resolve, reject) => {
    const pieces = new Pieces();
    let counted = 0;
    if (caller !== null) response.once('close', () => received.release(caller, counted));
    const settle = (): void => {
      request.off('data', onData).off('end', onEnd).off('close', onClose).off('error', onClose);
    };
    const onData = (chunk: Buffer): void => {
      if (pieces.length + chunk.length > limit) {
        settle();
        reject(tooLarge(`Expected a body of at most ${limit} bytes, got more.`));
      } else if (caller !== null && !received.acquire(caller, chunk.length)) {
        settle();
        reject(tooMuchReceived());
      } else {
        counted += chunk.length;
        pieces.add(chunk);
      }
    };
    const onEnd = (): void => {
      settle();
      resolve(pieces.whole());
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

/** What smaller pieces are copied into, bytes: a piece of its own takes some 200 bytes of memory beside what it holds. */
const BLOCK_BYTES = 64 * 1024;

/** Puts together what arrives in pieces, in about as much memory as their bytes take, however small the pieces are. */
export class Pieces {
  readonly #full: Buffer[] = [];
  #block = Buffer.alloc(0);
  #used = 0;
  #length = 0;

  /** Bytes so far. */
  get length(): number {
    return this.#length;
  }

  add(piece: Buffer): void {
    this.#length += piece.length;
    if (piece.length >= BLOCK_BYTES / 4) {
      this.#close();
      this.#full.push(piece);
      return;
    }
    if (this.#used + piece.length > this.#block.length) {
      this.#close();
      this.#block = Buffer.allocUnsafe(
        Math.max(piece.length, this.#length === piece.length ? 0 : BLOCK_BYTES),
      );
    }
    this.#used += piece.copy(this.#block, this.#used);
  }

  /** All of it. Nothing may be added afterwards. */
  whole(): Buffer {
    this.#close();
    return Buffer.concat(this.#full, this.#length);
  }

  #close(): void {
    if (this.#used > 0) this.#full.push(this.#block.subarray(0, this.#used));
    this.#block = Buffer.alloc(0);
    this.#used = 0;
  }
}

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const COMMA = 0x2c;
const OPEN_LIST = 0x5b;
const CLOSE_LIST = 0x5d;
const OPEN_OBJECT = 0x7b;
const CLOSE_OBJECT = 0x7d;

/** What a JSON text may hold. */
interface JsonBounds {
  readonly values: number;
  readonly depth: number;
}

const BOUNDS: JsonBounds = { values: JSON_VALUES, depth: JSON_DEPTH };

/**
 * Counts the values of a JSON text without parsing it; up to 2 ms for each megabyte. Returns what is wrong, or null when
 * the text is within `bounds`. The count is that of a parser up to the first place where the text is no JSON, and no
 * parser gets beyond it. Empty lists and objects count as one value more.
 */
export function exceedsJson(bytes: Uint8Array, bounds = BOUNDS): string | null {
  let values = 1;
  let depth = 0;
  for (let at = 0; at < bytes.length; at++) {
    switch (bytes[at]) {
      case QUOTE:
        at = endOfString(bytes, at);
        break;
      case COMMA:
        values++;
        break;
      case OPEN_LIST:
      case OPEN_OBJECT:
        values++;
        depth++;
        if (depth > bounds.depth) return `Expected JSON of at most ${bounds.depth} levels, got more.`;
        break;
      case CLOSE_LIST:
      case CLOSE_OBJECT:
        depth--;
        break;
      default:
    }
    if (values > bounds.values) return `Expected JSON of at most ${bounds.values} values, got more.`;
  }
  return null;
}

/** Where the string ends that begins at `start`: the index of its closing quote, or the end of the text. */
function endOfString(bytes: Uint8Array, start: number): number {
  let at = start + 1;
  while (at < bytes.length && bytes[at] !== QUOTE) at += bytes[at] === BACKSLASH ? 2 : 1;
  return at;
}
