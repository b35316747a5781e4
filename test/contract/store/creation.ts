import { describe, expect, it } from 'vitest';
import type { Theme } from '../store.ts';
import { create, EMPTY_PAYLOAD, sample } from './samples.ts';

export const describeCreation: Theme = (store) => {
  describe('creation', () => {
    it('returns and keeps what was given', async () => {
      const execution = sample();
      expect(await store().createExecution(execution, EMPTY_PAYLOAD)).toEqual({ created: true, execution });
      expect(await store().getExecution(execution.id)).toEqual(execution);
      expect(await store().getExecutionByUniqueKey(execution.uniqueKey)).toEqual(execution);
    });

    it('finds nothing under an id or key that nobody has', async () => {
      await create(store());
      for (const text of [
        '',
        'id:',
        'no such',
        sample().id,
        `id:${sample().id}`,
        '\u{10FFFF}',
        "' OR 1=1 --",
      ]) {
        expect(await store().getExecution(text)).toBeNull();
        expect(await store().getExecutionByUniqueKey(text)).toBeNull();
      }
    });

    it('finds one with a key of its own by that key alone', async () => {
      const execution = await create(store(), { uniqueKey: 'k:anonymous:monday' });
      expect(await store().getExecutionByUniqueKey('k:anonymous:monday')).toEqual(execution);
      expect(await store().getExecutionByUniqueKey(`id:${execution.id}`)).toBeNull();
      expect(await store().getExecutionByUniqueKey('k:anonymous:Monday')).toBeNull();
    });

    it('returns the holder of a taken key and writes nothing', async () => {
      const holder = await create(store(), { uniqueKey: 'k:key:a:1', code: 'first' });
      await store().updateExecution(holder.id, { statuses: ['QUEUED'] }, { status: 'STARTING' });
      const second = sample({ uniqueKey: 'k:key:a:1', code: 'second', inputHash: 'v1:other' });
      const payload = { stdin: 'second', files: [], env: [] };
      expect(await store().createExecution(second, payload)).toEqual({
        created: false,
        execution: { ...holder, status: 'STARTING' },
      });
      expect(await store().getExecution(second.id)).toBeNull();
      expect(await store().getPayload(second.id)).toBeNull();
      expect(await store().getPayload(holder.id)).toEqual(EMPTY_PAYLOAD);
      expect(await store().listQueues()).toEqual([]);
    });

    it('is safe to repeat', async () => {
      for (const key of [undefined, 'k:anonymous:again']) {
        const execution = sample(key === undefined ? {} : { uniqueKey: key });
        expect((await store().createExecution(execution, EMPTY_PAYLOAD)).created).toBe(true);
        expect(await store().createExecution(execution, EMPTY_PAYLOAD)).toEqual({
          created: false,
          execution,
        });
      }
      expect(await store().listExecutions({ caller: 'anonymous', limit: 10 })).toHaveLength(2);
    });

    it('rejects another execution under a taken id', async () => {
      const first = await create(store());
      await expect(
        create(store(), { id: first.id, uniqueKey: 'k:anonymous:other', code: 'other' }),
      ).rejects.toThrow();
      expect(await store().getExecution(first.id)).toEqual(first);
      expect(await store().getExecutionByUniqueKey('k:anonymous:other')).toBeNull();
    });

    it('responds to a ping', async () => {
      await expect(store().ping()).resolves.toBeUndefined();
    });
  });
};
