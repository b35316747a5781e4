import { describe, expect, it } from 'vitest';
import type { Execution } from '../../../src/executions/execution.ts';
import type { Theme } from '../store.ts';
import { create, createEnded, ids, sample } from './samples.ts';

export const describeScanning: Theme = (store) => {
  describe('scanning', () => {
    it('gives nothing of an empty store', async () => {
      expect(await store().scanExecutions({ after: '', limit: 10 })).toEqual([]);
    });

    it('gives the executions of all callers, whole, in the order of ids, whatever they were stored in', async () => {
      const samples = ['key:a', 'anonymous', 'key:b', 'key:a'].map((caller) => sample({ caller }));
      for (const index of [2, 0, 3, 1]) await create(store(), samples[index]);
      expect(await store().scanExecutions({ after: '', limit: 10 })).toStrictEqual(samples);
    });

    it('goes on after an id, page by page, to the end', async () => {
      const created: Execution[] = [];
      for (let count = 0; count < 7; count += 1) created.push(await create(store()));
      const seen: string[] = [];
      for (;;) {
        const page = ids(await store().scanExecutions({ after: seen.at(-1) ?? '', limit: 3 }));
        if (page.length === 0) break;
        seen.push(...page);
      }
      expect(seen).toEqual(ids(created));
    });

    it('gives no more than the limit', async () => {
      for (let count = 0; count < 3; count += 1) await create(store());
      for (const limit of [0, 1, 2, 3, 4]) {
        expect(await store().scanExecutions({ after: '', limit })).toHaveLength(Math.min(limit, 3));
      }
    });

    it('leaves tombstones out and fills the page with others', async () => {
      const old = await create(store());
      await createEnded(store(), 5);
      const young = await create(store());
      await store().tombstoneExpired(6, 10);
      expect(ids(await store().scanExecutions({ after: '', limit: 2 }))).toEqual([old.id, young.id]);
    });
  });
};
