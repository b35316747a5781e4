import { describe, expect, it } from 'vitest';
import type { Execution, StdinWrite } from '../../../src/executions/execution.ts';
import type { Theme } from '../store.ts';
import { create } from './samples.ts';

const OPEN: Partial<Execution> = { stdinOpen: true, stdinClosed: false };
const ALL = 1_000_000;

function aWrite(offset: number, text: string, end = false): StdinWrite {
  return { offset, data: Buffer.from(text), end, hash: `hash of ${text}` };
}

export const describeStdin: Theme = (store) => {
  const read = async (id: string, from: number, maxBytes = ALL) =>
    Buffer.from(await store().readStdin(id, from, maxBytes)).toString('latin1');

  describe('stdin', () => {
    it('keeps every byte at its place, across writes', async () => {
      const { id } = await create(store(), OPEN);
      const bytes = Uint8Array.from({ length: 256 }, (_, byte) => byte);
      await store().appendStdin(id, { offset: 0, data: bytes, end: false, hash: 'a' });
      await store().appendStdin(id, aWrite(256, 'second'));
      expect(await read(id, 0)).toBe(`${Buffer.from(bytes).toString('latin1')}second`);
      expect(await read(id, 250)).toBe(`${Buffer.from(bytes.subarray(250)).toString('latin1')}second`);
      expect(await read(id, 258, 3)).toBe('con');
      expect(await read(id, 262)).toBe('');
      expect(await read('unknown', 0)).toBe('');
    });

    it('counts a write in the record, with what its repetition is known by', async () => {
      const { id } = await create(store(), { ...OPEN, stdinBytes: 5 });
      const written = await store().appendStdin(id, aWrite(5, 'abc'));
      const counted = {
        stdinBytes: 8,
        stdinClosed: false,
        lastStdinWrite: { offset: 5, hash: 'hash of abc' },
      };
      expect(written).toMatchObject(counted);
      expect(await store().getExecution(id)).toStrictEqual(written);
      expect(await store().appendStdin(id, aWrite(8, '', true))).toMatchObject({
        stdinBytes: 8,
        stdinClosed: true,
      });
    });

    it('stores nothing at another offset, of one that is closed, was never open, has ended or is not there', async () => {
      const open = await create(store(), OPEN);
      const closed = await create(store(), { stdinOpen: true, stdinClosed: true });
      const never = await create(store(), {});
      const ended = await create(store(), OPEN);
      const change = { status: 'CANCELLED', finishedAt: 1, endReason: 'CANCELLED', lastSeq: 0 } as const;
      await store().updateExecution(ended.id, { statuses: ['QUEUED'] }, change);
      for (const { id } of [closed, never, ended]) {
        expect(await store().appendStdin(id, aWrite(0, 'x'))).toBeNull();
        expect(await read(id, 0)).toBe('');
      }
      expect(await store().appendStdin(open.id, aWrite(1, 'x'))).toBeNull();
      expect(await store().appendStdin('unknown', aWrite(0, 'x'))).toBeNull();
      expect(await store().getExecution(open.id)).toStrictEqual(open);
    });

    it('stores one of several writes at the same offset', async () => {
      const { id } = await create(store(), OPEN);
      const texts = Array.from({ length: 10 }, (_, number) => `write ${number}`);
      const written = await Promise.all(texts.map((text) => store().appendStdin(id, aWrite(0, text))));
      const winners = texts.filter((_, index) => written[index] !== null);
      expect(winners).toHaveLength(1);
      expect(await read(id, 0)).toBe(winners[0]);
    });

    it('erases what ends before an offset, and goes on from there', async () => {
      const { id } = await create(store(), OPEN);
      await store().appendStdin(id, aWrite(0, 'abc'));
      await store().appendStdin(id, aWrite(3, 'def'));
      await store().appendStdin(id, aWrite(6, 'ghi'));
      await store().deleteStdin(id, 4);
      expect(await read(id, 0)).toBe('');
      expect(await read(id, 4)).toBe('efghi');
      await store().deleteStdin(id, Number.POSITIVE_INFINITY);
      expect(await read(id, 4)).toBe('');
      await store().appendStdin(id, aWrite(9, 'jkl'));
      expect(await read(id, 9)).toBe('jkl');
      await store().deleteStdin('unknown', 4);
    });

    it('takes hundreds of small writes, or says that there is no room by storing none', async () => {
      const { id } = await create(store(), OPEN);
      let offset = 0;
      for (; offset < 600; offset++) {
        if ((await store().appendStdin(id, aWrite(offset, 'x'))) === null) break;
      }
      expect(offset).toBeGreaterThan(500);
      expect(await read(id, 0)).toBe('x'.repeat(offset));
      await store().deleteStdin(id, offset);
      expect(await store().appendStdin(id, aWrite(offset, 'y'))).toMatchObject({ stdinBytes: offset + 1 });
    });

    it('erases what is left of ended ones', async () => {
      const { id } = await create(store(), OPEN);
      await store().appendStdin(id, aWrite(0, 'secret'));
      const change = { status: 'CANCELLED', finishedAt: 1, endReason: 'CANCELLED', lastSeq: 0 } as const;
      await store().updateExecution(id, { statuses: ['QUEUED'] }, change);
      await store().eraseOrphanedPayloads(Date.now());
      expect(await read(id, 0)).toBe('');
      expect(await store().getExecution(id)).toMatchObject({ stdinBytes: 6 });
    });

    it('keeps interrupts and what was read', async () => {
      const { id } = await create(store(), OPEN);
      const change = { interrupts: 2, stdinRead: 7 };
      expect(await store().updateExecution(id, { statuses: ['QUEUED'] }, change)).toMatchObject(change);
      expect(await store().getExecution(id)).toMatchObject(change);
    });
  });
};
