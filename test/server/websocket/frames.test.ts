import { expect, test } from 'vitest';
import { FrameReader } from '../../../src/server/websocket/intake.ts';
import { seededRandom } from '../../service/support/random.ts';

const FINAL = 0x80;
const [CONTINUATION, TEXT, PING] = [0x0, 0x1, 0x9];

/** One masked frame; the mask is zero. */
function frame(first: number, payload: Buffer): Buffer {
  const { length } = payload;
  const size = length < 126 ? [length] : length < 65536 ? [126, length >> 8, length & 0xff] : null;
  const header = Buffer.from([
    first,
    ...(size ?? [127, 0, 0, 0, 0, 0, length >> 16, (length >> 8) & 0xff, length & 0xff]),
  ]);
  header.writeUInt8((header[1] ?? 0) | 0x80, 1);
  return Buffer.concat([header, Buffer.alloc(4), payload]);
}

test('knows how much of a message is there, in pieces of any size', () => {
  for (const [size, step] of [
    [0, 1],
    [100, 1],
    [125, 7],
    [126, 1],
    [70_000, 999],
  ] as const) {
    const reader = new FrameReader();
    const bytes = frame(FINAL | TEXT, Buffer.alloc(size));
    for (let at = 0; at < bytes.length; at += step) {
      const missing = Math.max(0, bytes.length - at - step);
      reader.read(bytes.subarray(at, at + step));
      const there = Math.max(0, size - missing);
      expect(reader.pending === 0).toBe(missing === 0 || there === 0);
      expect(reader.pending).toBeGreaterThanOrEqual(missing === 0 ? 0 : there);
    }
  }
});

test('counts the fragments of a message together, whatever stands between them', () => {
  const reader = new FrameReader();
  reader.read(frame(TEXT, Buffer.alloc(500)));
  reader.read(frame(FINAL | PING, Buffer.alloc(100)));
  reader.read(frame(CONTINUATION, Buffer.alloc(500)));
  expect(reader.pending).toBeGreaterThanOrEqual(1000);
  expect(reader.pending).toBeLessThan(1500);
  reader.read(frame(FINAL | CONTINUATION, Buffer.alloc(0)));
  expect(reader.pending).toBe(0);
});

test('finds the end of every message among others, control frames and cuts anywhere', () => {
  const random = seededRandom(3);
  const frames: Buffer[] = [];
  const ends = new Set<number>();
  let length = 0;
  const add = (bytes: Buffer): void => {
    frames.push(bytes);
    length += bytes.length;
  };
  for (let message = 0; message < 300; message++) {
    const fragments = 1 + Math.floor(random() * 3);
    for (let index = 0; index < fragments; index++) {
      const first = (index === fragments - 1 ? FINAL : 0) | (index === 0 ? TEXT : CONTINUATION);
      if (random() < 0.2) add(frame(FINAL | PING, Buffer.alloc(random() * 125)));
      add(frame(first, Buffer.alloc(random() * (random() < 0.1 ? 80_000 : 200), 'a')));
    }
    ends.add(length);
  }
  const bytes = Buffer.concat(frames);
  const reader = new FrameReader();
  let at = 0;
  for (const end of ends) {
    while (at < end) {
      const next = Math.min(end, at + 1 + Math.floor(random() * 3000));
      reader.read(bytes.subarray(at, next));
      at = next;
    }
    expect(reader.pending).toBe(0);
  }
});
