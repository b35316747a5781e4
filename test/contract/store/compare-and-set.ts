import { describe, expect, it } from 'vitest';
import type { Theme } from '../store.ts';
import { create, createEnded, sample } from './samples.ts';

export const describeCompareAndSet: Theme = (store) => {
  describe('compare-and-set', () => {
    it('changes what was named and nothing else', async () => {
      const execution = await create(store(), { message: 'waiting' });
      const other = await create(store());
      const change = { status: 'STARTING', owner: 'p1', epoch: 1 } as const;
      const after = await store().updateExecution(execution.id, { statuses: ['QUEUED'] }, change);
      expect(after).toStrictEqual({ ...execution, ...change });
      expect(await store().getExecution(execution.id)).toStrictEqual(after);
      expect(await store().getExecution(other.id)).toStrictEqual(other);
    });

    it('changes nothing when the status is another one', async () => {
      const execution = await create(store(), { status: 'RUNNING' });
      for (const statuses of [['QUEUED'], ['STARTING', 'SUCCEEDED'], []] as const) {
        expect(await store().updateExecution(execution.id, { statuses }, { status: 'FAILED' })).toBeNull();
      }
      expect(await store().getExecution(execution.id)).toStrictEqual(execution);
    });

    it('takes any of several statuses', async () => {
      const execution = await create(store(), { status: 'RUNNING' });
      const statuses = ['STARTING', 'RUNNING'] as const;
      expect(await store().updateExecution(execution.id, { statuses }, { message: 'one' })).not.toBeNull();
      const ended = await store().updateExecution(execution.id, { statuses }, { status: 'CANCELLED' });
      expect(ended?.message).toBe('one');
      expect(await store().updateExecution(execution.id, { statuses }, { message: 'two' })).toBeNull();
    });

    it('compares the epoch when it is given, zero too', async () => {
      const { id } = await create(store(), { status: 'RUNNING', epoch: 0 });
      const statuses = ['RUNNING'] as const;
      expect(await store().updateExecution(id, { statuses, epoch: 1 }, { message: 'no' })).toBeNull();
      expect(await store().updateExecution(id, { statuses, epoch: 0 }, { epoch: 5 })).not.toBeNull();
      expect(await store().updateExecution(id, { statuses, epoch: 0 }, { message: 'no' })).toBeNull();
      expect(await store().updateExecution(id, { statuses, epoch: 5 }, { message: 'yes' })).toMatchObject({
        epoch: 5,
      });
      expect(await store().updateExecution(id, { statuses }, { message: 'any' })).toMatchObject({
        message: 'any',
      });
    });

    it('returns the record for a change that is empty or the same', async () => {
      const execution = await create(store());
      expect(await store().updateExecution(execution.id, { statuses: ['QUEUED'] }, {})).toStrictEqual(
        execution,
      );
      const same = await store().updateExecution(
        execution.id,
        { statuses: ['QUEUED'] },
        { status: 'QUEUED' },
      );
      expect(same).toStrictEqual(execution);
    });

    it('returns null for one that does not exist or is a tombstone', async () => {
      expect(
        await store().updateExecution(sample().id, { statuses: ['QUEUED'] }, { message: 'x' }),
      ).toBeNull();
      const { id } = await createEnded(store(), 1);
      await store().tombstoneExpired(2, 10);
      expect(await store().updateExecution(id, { statuses: ['SUCCEEDED'] }, { message: 'x' })).toBeNull();
    });
  });
};
