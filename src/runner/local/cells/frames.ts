/**
 * What the server sends an interpreter that runs cells: frames, each a byte with its kind, three with its length (big-endian)
 * and so many bytes. A frame of stdin without bytes wakes a read that waits, because there is an interrupt. A change is one of the
 * session's files, where an interpreter has files of its own: as the message about it (messages.ts).
 */
export const FRAME_KINDS = { stdin: 0, endOfStdin: 1, cell: 2, change: 3 } as const;
export type FrameKind = keyof typeof FRAME_KINDS;

const HEADER_BYTES = 4;
const MAX_FRAME_BYTES = 0xff_ff_ff;

/** Frames that carry `bytes`, one unless they are too many for it; of a cell only one is possible. */
export function framed(kind: FrameKind, bytes: Uint8Array = new Uint8Array()): Buffer {
  const frames: Uint8Array[] = [];
  for (let at = 0; at === 0 || at < bytes.length; at += MAX_FRAME_BYTES) {
    const part = bytes.subarray(at, at + MAX_FRAME_BYTES);
    const header = Buffer.alloc(HEADER_BYTES);
    header.writeUInt32BE(part.length);
    header[0] = FRAME_KINDS[kind];
    frames.push(header, part);
  }
  return Buffer.concat(frames);
}
