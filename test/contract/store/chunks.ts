import { describe, expect, it } from 'vitest';
import type { Theme } from '../store.ts';
import { ALL, chunk, chunks, create, sample } from './samples.ts';

export const describeChunks: Theme = (store) => {
  describe('chunks', () => {
    it('are not there at first, nor of an unknown execution', async () => {
      for (const { id } of [await create(store()), sample()]) {
        expect(await store().readChunks(id, ALL)).toEqual([]);
        expect(await store().summarizeChunks(id)).toEqual({ lastSeq: 0, bytes: 0 });
      }
    });

    it('come back in order and as they were', async () => {
      const { id } = await create(store());
      const written = [
        chunk(1, 'to stdout\n'),
        chunk(2, 'to stderr\n', { stream: 'STDERR', at: 0 }),
        chunk(3, '', { at: 1 }),
        chunk(4, '😀', { stream: 'STDERR' }),
        chunk(5, 'x'.repeat(16_384)),
      ];
      await store().appendChunks([{ executionId: id, chunks: written }]);
      expect(await store().readChunks(id, ALL)).toStrictEqual(written);
    });

    it('keep what they display, whose bytes count where chunks are read up to a number of bytes', async () => {
      const { id } = await create(store());
      const display = {
        isResult: true,
        parts: [
          { mediaType: 'text/html', data: '<b>é\0</b>', isBase64: false },
          { mediaType: 'image/png', data: 'iVBORw0KGgo='.repeat(20_000), isBase64: true },
        ],
      };
      const written = [
        chunk(1, 'a'),
        chunk(2, '<Figure>', { stream: 'DISPLAY', display }),
        chunk(3, 'None', { stream: 'DISPLAY', display: { parts: [], isResult: false } }),
      ];
      await store().appendChunks([{ executionId: id, chunks: written }]);
      expect(await store().readChunks(id, ALL)).toStrictEqual(written);
      const upTo = async (maxBytes: number) => (await store().readChunks(id, { ...ALL, maxBytes })).length;
      const bytes = 1 + '<Figure>'.length + Buffer.byteLength('<b>é\0</b>') + 240_000;
      expect([await upTo(bytes - 1), await upTo(bytes)]).toEqual([1, 2]);
      // Only their plain form counts as text that was printed.
      expect(await store().summarizeChunks(id)).toEqual({ lastSeq: 3, bytes: 1 + 8 + 4 });
    });

    it('come back in order of their numbers, whatever order they were stored in', async () => {
      const { id } = await create(store());
      await store().appendChunks([{ executionId: id, chunks: [chunk(3), chunk(12), chunk(1)] }]);
      await store().appendChunks([{ executionId: id, chunks: [chunk(2)] }]);
      expect(await store().readChunks(id, ALL)).toEqual([chunk(1), chunk(2), chunk(3), chunk(12)]);
    });

    it('are read from behind a number on', async () => {
      const { id } = await create(store());
      await store().appendChunks([{ executionId: id, chunks: chunks(1, 10) }]);
      expect(await store().readChunks(id, { ...ALL, after: 7 })).toEqual(chunks(8, 10));
      expect(await store().readChunks(id, { ...ALL, after: 10 })).toEqual([]);
      expect(await store().readChunks(id, { ...ALL, after: 2_147_483_647 })).toEqual([]);
    });

    it('are read up to a number of them', async () => {
      const { id } = await create(store());
      await store().appendChunks([{ executionId: id, chunks: chunks(1, 10) }]);
      expect(await store().readChunks(id, { ...ALL, limit: 3 })).toEqual(chunks(1, 3));
      expect(await store().readChunks(id, { ...ALL, after: 9, limit: 3 })).toEqual(chunks(10, 10));
    });

    it('are read up to a number of bytes, at least one', async () => {
      const { id } = await create(store());
      const written = [chunk(1, 'éé'), chunk(2, 'éé'), chunk(3, 'éé')];
      await store().appendChunks([{ executionId: id, chunks: written }]);
      const read = async (maxBytes: number) => (await store().readChunks(id, { ...ALL, maxBytes })).length;
      expect([await read(0), await read(1), await read(4), await read(7)]).toEqual([1, 1, 1, 1]);
      expect([await read(8), await read(11), await read(12)]).toEqual([2, 2, 3]);
      const second = await store().readChunks(id, { after: 1, limit: 10, maxBytes: 1 });
      expect(second).toEqual(written.slice(1, 2));
    });

    it('are left as they are when stored again', async () => {
      const { id } = await create(store());
      await store().appendChunks([{ executionId: id, chunks: chunks(1, 3) }]);
      const again = [chunk(2, 'other', { stream: 'STDERR' }), chunk(3), chunk(4), chunk(4, 'twice')];
      await store().appendChunks([{ executionId: id, chunks: again }]);
      expect(await store().readChunks(id, ALL)).toEqual(chunks(1, 4));
      expect((await store().summarizeChunks(id)).lastSeq).toBe(4);
    });

    it('are summarized by the highest number and the bytes of UTF-8', async () => {
      const { id } = await create(store());
      await store().appendChunks([
        { executionId: id, chunks: [chunk(1, 'abc'), chunk(2, 'é😀'), chunk(3, '')] },
      ]);
      expect(await store().summarizeChunks(id)).toEqual({ lastSeq: 3, bytes: 9 });
    });

    it('keep executions apart, stored in one batch or in several', async () => {
      const [a, b, empty] = [await create(store()), await create(store()), await create(store())];
      await store().appendChunks([
        { executionId: b.id, chunks: [chunk(1, 'b1')] },
        { executionId: a.id, chunks: [chunk(1, 'a1')] },
        { executionId: empty.id, chunks: [] },
        { executionId: b.id, chunks: [chunk(2, 'b2')] },
      ]);
      await store().appendChunks([]);
      expect(await store().readChunks(a.id, ALL)).toEqual([chunk(1, 'a1')]);
      expect(await store().readChunks(b.id, ALL)).toEqual([chunk(1, 'b1'), chunk(2, 'b2')]);
      expect(await store().summarizeChunks(a.id)).toEqual({ lastSeq: 1, bytes: 2 });
      expect(await store().summarizeChunks(empty.id)).toEqual({ lastSeq: 0, bytes: 0 });
    });

    it('are stored for the others where one execution does not exist', async () => {
      const { id } = await create(store());
      await store().appendChunks([
        { executionId: sample().id, chunks: chunks(1, 2) },
        { executionId: id, chunks: chunks(1, 2) },
      ]);
      expect(await store().readChunks(id, ALL)).toEqual(chunks(1, 2));
    });

    it('are paged through to the end, thousands of them', async () => {
      const { id } = await create(store());
      for (let from = 1; from <= 5000; from += 500) {
        await store().appendChunks([{ executionId: id, chunks: chunks(from, from + 499) }]);
      }
      const seen: number[] = [];
      for (;;) {
        const page = await store().readChunks(id, { after: seen.at(-1) ?? 0, limit: 1000, maxBytes: 4096 });
        if (page.length === 0) break;
        seen.push(...page.map(({ seq }) => seq));
      }
      expect(seen).toEqual(Array.from({ length: 5000 }, (_, index) => index + 1));
    });
  });
};
