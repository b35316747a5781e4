/** Characters of a token. */
export const TOKEN_LENGTH = 32;
const HEAD_LENGTH = TOKEN_LENGTH + 6;
/** With its head a piece stays below what a pipe takes whole. */
const PIECE_BYTES = 4000;
/** Bytes of one message at most, unless others are named. Of more nothing is kept. */
const PIECES_BYTES = 4 * 1024 * 1024;
const NOTHING = Buffer.alloc(0);
const ONE = 0x31;

/**
 * Parts what an interpreter prints from its messages (messages.ts says what they look like). Plain JavaScript: the launcher in
 * pods takes it as text too (../../kubernetes/launchers/source.ts).
 */
export class PieceReader {
  #token;
  /** What may be the beginning of a piece. */
  #rest = NOTHING;
  #pieces = [];
  #bytes = 0;
  #maxBytes;

  constructor(token, maxBytes = PIECES_BYTES) {
    this.#maxBytes = maxBytes;
    this.#token = Buffer.from(token, 'latin1');
  }

  *read(bytes) {
    let left = this.#rest.length === 0 ? bytes : Buffer.concat([this.#rest, bytes]);
    this.#rest = NOTHING;
    while (left.length > 0) {
      const start = this.#find(left);
      if (start > 0) yield { printed: left.subarray(0, start) };
      left = left.subarray(start);
      if (left.length < HEAD_LENGTH) break;
      const length = Number.parseInt(left.toString('latin1', TOKEN_LENGTH + 2, HEAD_LENGTH), 16);
      if (!(length <= PIECE_BYTES)) {
        yield { printed: left.subarray(0, TOKEN_LENGTH) };
        left = left.subarray(TOKEN_LENGTH);
        continue;
      }
      if (left.length < HEAD_LENGTH + length) break;
      const message = this.#take(
        left.subarray(HEAD_LENGTH, HEAD_LENGTH + length),
        left[TOKEN_LENGTH] === ONE,
        left[TOKEN_LENGTH + 1] === ONE,
      );
      if (message !== null) yield { message };
      left = left.subarray(HEAD_LENGTH + length);
    }
    // A copy: what was read is the pipe's.
    if (left.length > 0) this.#rest = Buffer.from(left);
  }

  end() {
    const rest = this.#rest;
    this.#rest = NOTHING;
    return rest;
  }

  /** Where the next piece begins, or may. */
  #find(bytes) {
    const at = bytes.indexOf(this.#token);
    if (at !== -1) return at;
    for (let start = Math.max(0, bytes.length - TOKEN_LENGTH + 1); start < bytes.length; start += 1) {
      if (this.#token.subarray(0, bytes.length - start).equals(bytes.subarray(start))) return start;
    }
    return bytes.length;
  }

  #take(piece, isFirst, isLast) {
    if (isFirst) {
      this.#pieces = [];
      this.#bytes = 0;
    }
    this.#bytes += piece.length;
    if (this.#bytes <= this.#maxBytes) this.#pieces.push(Buffer.from(piece));
    if (!isLast) return null;
    const whole = Buffer.concat(this.#pieces);
    this.#pieces = [];
    return this.#bytes > this.#maxBytes ? null : whole;
  }
}
