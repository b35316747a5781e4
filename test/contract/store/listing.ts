import { v7 } from 'uuid';
import { describe, expect, it } from 'vitest';
import type { Execution } from '../../../src/executions/execution.ts';
import type { Theme } from '../store.ts';
import { create, createEnded, FIRST_CREATED_AT, ids, sample } from './samples.ts';

export const describeListing: Theme = (store) => {
  describe('listing', () => {
    it('gives nothing of an empty store', async () => {
      expect(await store().listExecutions({ caller: 'anonymous', limit: 10 })).toEqual([]);
    });

    it('gives the newest first, whole, whatever the order they were stored in', async () => {
      const samples = Array.from({ length: 5 }, () => sample());
      for (const index of [2, 0, 4, 1, 3]) await create(store(), samples[index]);
      const list = await store().listExecutions({ caller: 'anonymous', limit: 10 });
      expect(list).toStrictEqual(samples.toReversed());
    });

    it('goes by the id where created at the same time', async () => {
      const samples = Array.from({ length: 20 }, () => ({
        id: v7({ msecs: FIRST_CREATED_AT }),
        createdAt: FIRST_CREATED_AT,
      }));
      for (const overrides of samples) await create(store(), overrides);
      const list = ids(await store().listExecutions({ caller: 'anonymous', limit: 100 }));
      expect(list).toEqual(
        samples
          .map((overrides) => overrides.id)
          .sort()
          .reverse(),
      );
    });

    it('gives no more than the limit', async () => {
      for (let count = 0; count < 5; count += 1) await create(store());
      for (const limit of [0, 1, 4, 5, 6]) {
        expect(await store().listExecutions({ caller: 'anonymous', limit })).toHaveLength(Math.min(limit, 5));
      }
    });

    it('goes on before an id, page by page, to the end', async () => {
      const created: Execution[] = [];
      for (let count = 0; count < 7; count += 1) created.push(await create(store()));
      const seen: string[] = [];
      for (;;) {
        const before = seen.at(-1);
        const query = { caller: 'anonymous', limit: 3 };
        const page = ids(await store().listExecutions(before === undefined ? query : { ...query, before }));
        if (page.length === 0) break;
        seen.push(...page);
      }
      expect(seen).toEqual(ids(created).reverse());
    });

    it('goes on before an id that is not there', async () => {
      const older = await create(store());
      const gone = sample();
      const younger = await create(store());
      const query = { caller: 'anonymous', limit: 10 };
      expect(ids(await store().listExecutions({ ...query, before: gone.id }))).toEqual([older.id]);
      expect(ids(await store().listExecutions({ ...query, before: '' }))).toEqual([]);
      expect(ids(await store().listExecutions({ ...query, before: '~' }))).toEqual([younger.id, older.id]);
    });

    it('keeps callers apart', async () => {
      const mine = await create(store(), { caller: 'key:a' });
      const other = await create(store(), { caller: 'key:b' });
      const longer = await create(store(), { caller: 'key:aa' });
      expect(ids(await store().listExecutions({ caller: 'key:a', limit: 10 }))).toEqual([mine.id]);
      expect(ids(await store().listExecutions({ caller: 'key:b', limit: 10 }))).toEqual([other.id]);
      expect(ids(await store().listExecutions({ caller: 'key:aa', limit: 10 }))).toEqual([longer.id]);
      expect(await store().listExecutions({ caller: 'KEY:A', limit: 10 })).toEqual([]);
    });

    it('leaves tombstones out and fills the page with others', async () => {
      const old = await create(store());
      await createEnded(store(), 5);
      const young = await create(store());
      await store().tombstoneExpired(6, 10);
      expect(ids(await store().listExecutions({ caller: 'anonymous', limit: 2 }))).toEqual([
        young.id,
        old.id,
      ]);
    });
  });
};
