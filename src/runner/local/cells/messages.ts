import { DISPLAY_ALL_BYTES, DISPLAY_PARTS } from '../../../bounds.ts';
import type { Display } from '../../../executions/output/chunk.ts';
import { PieceReader, TOKEN_LENGTH } from './pieces.js';

/**
 * What an interpreter that runs cells says to the server stands between what its program prints, so that the order of both
 * is kept. A message is a line of JSON and whatever follows it, in pieces: a token (32 characters, chosen by the server),
 * whether the piece is the first of its message and whether it is the last (a digit each), its length in bytes (four
 * hexadecimal digits) and so many bytes. A piece is written at once and smaller than what a pipe takes whole (4,096 bytes), so
 * that other processes that print to the same pipe never come between.
 *
 * A program can find the token and write messages of its own. What they say is about itself: that it displays something, that
 * its cell has ended. None leads the server to anything but the files and the output of that program's session.
 */
export type Message =
  /** `text`: the plain form. */
  | ({ readonly type: 'display'; readonly text: string } & Display)
  /** The cell of that number can be interrupted; on stdout, before all that it prints. */
  | { readonly type: 'begun'; readonly number: number }
  /** The cell of that number has ended; on each of both streams, behind all that it printed there. */
  | { readonly type: 'ended'; readonly number: number; readonly exitCode: number }
  /** A part of a file that was changed, from byte `at` on; it follows. */
  | { readonly type: 'file'; readonly path: string; readonly at: number }
  | { readonly type: 'directory' | 'removed'; readonly path: string };

export interface ReceivedMessage {
  readonly message: Message;
  readonly body: Uint8Array;
}

export { TOKEN_LENGTH };

/** Bytes of one message at most: a display of the greatest size, with its plain form. */
const MESSAGE_BYTES = DISPLAY_ALL_BYTES + 1024 * 1024;

/** Parts what a program prints from messages. */
export class MessageReader {
  readonly #pieces: PieceReader;

  /** @param token of `TOKEN_LENGTH` characters */
  constructor(token: string) {
    this.#pieces = new PieceReader(token, MESSAGE_BYTES);
  }

  /** Printed bytes and messages in their order. What may become a piece waits for more. */
  *read(bytes: Buffer): Generator<Buffer | ReceivedMessage> {
    for (const item of this.#pieces.read(bytes)) {
      if ('printed' in item) yield item.printed;
      else {
        const message = parse(item.message);
        if (message !== null) yield message;
      }
    }
  }

  /** What is left when nothing more comes. */
  end(): Buffer {
    return this.#pieces.end();
  }
}

/** Null for what is no message. */
function parse(bytes: Buffer): ReceivedMessage | null {
  const end = bytes.indexOf(10);
  if (end === -1) return null;
  try {
    const message = checked(JSON.parse(bytes.toString('utf8', 0, end)));
    return message && { message, body: bytes.subarray(end + 1) };
  } catch {
    return null;
  }
}

function checked(value: unknown): Message | null {
  if (typeof value !== 'object' || value === null) return null;
  const { type, text, parts, isResult, number, exitCode, path, at } = value as Record<string, unknown>;
  switch (type) {
    case 'begun':
      return isCount(number) ? { type, number } : null;
    case 'ended':
      if (!isCount(number)) return null;
      return { type, number, exitCode: isCount(exitCode) ? exitCode & 255 : 1 };
    case 'directory':
    case 'removed':
      return typeof path === 'string' ? { type, path } : null;
    case 'file':
      return typeof path === 'string' && isCount(at) ? { type, path, at } : null;
    case 'display': {
      const found = checkDisplay({ text, parts, isResult });
      return found && { type, text: found.text, ...found.display };
    }
    default:
      return null;
  }
}

/** What an interpreter displayed, as far as it is as it should be; null when it is not at all. */
export function checkDisplay(value: unknown): { readonly text: string; readonly display: Display } | null {
  if (typeof value !== 'object' || value === null) return null;
  const { text, parts, isResult } = value as Record<string, unknown>;
  const found = checkedParts(parts);
  if (typeof text !== 'string' || found === null) return null;
  return { text: text.toWellFormed(), display: { parts: found, isResult: isResult === true } };
}

function isCount(value: unknown): value is number {
  return typeof value === 'number' && Number.isSafeInteger(value) && value >= 0;
}

/** A part that is not as it should be, or too much, is left out. */
function checkedParts(value: unknown): Display['parts'] | null {
  if (!Array.isArray(value)) return null;
  let left = DISPLAY_ALL_BYTES;
  return value.slice(0, DISPLAY_PARTS).flatMap((part: unknown) => {
    if (typeof part !== 'object' || part === null) return [];
    const { mediaType, data, isBase64 } = part as Record<string, unknown>;
    if (typeof mediaType !== 'string' || typeof data !== 'string') return [];
    const name = mediaType.toLowerCase();
    const text = isBase64 === true ? data.replaceAll(/\s/g, '') : data.toWellFormed();
    left -= Buffer.byteLength(text);
    if (left < 0 || !MEDIA_TYPE.test(name) || (isBase64 === true && !BASE64.test(text))) return [];
    return [{ mediaType: name, data: text, isBase64: isBase64 === true }];
  });
}

const MEDIA_TYPE = /^[a-z0-9][a-z0-9!#$&^_.+-]{0,62}\/[a-z0-9][a-z0-9!#$&^_.+-]{0,126}$/;
const BASE64 = /^[A-Za-z0-9+/]*={0,2}$/;
