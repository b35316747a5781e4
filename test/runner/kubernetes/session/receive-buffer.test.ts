import { describe, expect, it } from 'vitest';
import { LINE_BYTES, ReceiveBuffer } from '../../../../src/runner/kubernetes/session/receive-buffer.ts';

function all(lines: ReceiveBuffer): string[] {
  const found: string[] = [];
  for (let line = lines.next(); line !== null; line = lines.next()) found.push(line);
  return found;
}

describe('lines', () => {
  it('are the same whatever pieces their bytes come in', () => {
    const longest = 'y'.repeat(LINE_BYTES);
    const bytes = Buffer.from(`one\n\nzwei ä€🙂\n${longest}\nlast\nrest`);
    for (const size of [1, 2, 3, 7, 1000, bytes.length]) {
      const lines = new ReceiveBuffer();
      const found: string[] = [];
      for (let at = 0; at < bytes.length; at += size) {
        lines.push(bytes.subarray(at, at + size));
        found.push(...all(lines));
      }
      expect(found).toEqual(['one', '', 'zwei ä€🙂', longest, 'last']);
      expect(lines.heldBytes).toBe(0);
      expect(lines.consumed).toBe(bytes.length);
    }
  });

  it('that are too long or no UTF-8 are empty', () => {
    for (const pieces of [1, 40]) {
      const lines = new ReceiveBuffer();
      const bytes = Buffer.concat([
        Buffer.from(`${'x'.repeat(LINE_BYTES + 1)}\n`),
        Buffer.from([0xff, 0x0a]),
        Buffer.from('next\n'),
      ]);
      const size = Math.ceil(bytes.length / pieces);
      for (let at = 0; at < bytes.length; at += size) lines.push(bytes.subarray(at, at + size));
      expect(all(lines)).toEqual(['', '', 'next']);
    }
  });

  it('are taken one at a time', () => {
    const lines = new ReceiveBuffer();
    lines.push(Buffer.from('a\nb\nc'));
    expect(lines.next()).toBe('a');
    expect(lines.heldBytes).toBe(3);
    lines.clear();
    expect(lines.next()).toBeNull();
    lines.push(Buffer.from('d\n'));
    expect(lines.next()).toBe('d');
  });
});
