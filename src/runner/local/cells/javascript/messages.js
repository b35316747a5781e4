/** Bytes of a piece: with its head it stays below what a pipe takes in one go (../messages.ts). */
const PIECE_BYTES = 4000;
export const encoder = new TextEncoder();

/**
 * Sends a message of an interpreter that runs cells (../messages.ts), between what its program prints.
 * @param write writes bytes, all of them
 * @param body what follows the message
 */
export function sendMessage(write, token, message, body = new Uint8Array()) {
  const bytes = joined(encoder.encode(`${JSON.stringify(message)}\n`), body);
  for (let at = 0; at < bytes.length; at += PIECE_BYTES) {
    const piece = bytes.subarray(at, at + PIECE_BYTES);
    const isLast = at + PIECE_BYTES >= bytes.length;
    const length = piece.length.toString(16).padStart(4, '0');
    write(joined(encoder.encode(`${token}${at === 0 ? 1 : 0}${isLast ? 1 : 0}${length}`), piece));
  }
}

function joined(first, second) {
  const bytes = new Uint8Array(first.length + second.length);
  bytes.set(first);
  bytes.set(second, first.length);
  return bytes;
}
