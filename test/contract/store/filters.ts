import { v7 } from 'uuid';
import { beforeEach, describe, expect, it } from 'vitest';
import type { Execution, ExecutionStatus } from '../../../src/executions/execution.ts';
import type { ListFilter } from '../../../src/executions/store.ts';
import type { Theme } from '../store.ts';
import { create, EVERY_STATUS, FIRST_CREATED_AT, ids } from './samples.ts';

const LANGUAGES = ['python', 'javascript', 'typescript'];

export const describeFilters: Theme = (store) => {
  describe('filters', () => {
    let all: Execution[];
    beforeEach(async () => {
      all = [];
      for (let index = 0; index < 36; index += 1) {
        const status = EVERY_STATUS[index % 6] as ExecutionStatus;
        const language = LANGUAGES[Math.floor(index / 6) % 3] as string;
        const labels = [
          { name: 'team', value: index % 2 === 0 ? 'red' : 'blue' },
          ...(index % 5 === 0 ? [{ name: 'nightly', value: '' }] : []),
        ];
        all.push(await create(store(), { status, language, labels }));
      }
      await create(store(), { caller: 'key:other', labels: [{ name: 'team', value: 'red' }] });
    });

    /** What the interface's words say, computed the slow way. */
    function expected(filter: ListFilter): string[] {
      const matching = all.filter(
        (execution) =>
          (filter.statuses === undefined || filter.statuses.includes(execution.status)) &&
          (filter.language === undefined || filter.language === execution.language) &&
          (filter.label === undefined ||
            execution.labels.some(
              ({ name, value }) => name === filter.label?.name && value === filter.label.value,
            )) &&
          (filter.createdAfter === undefined || execution.createdAt > filter.createdAfter) &&
          (filter.createdBefore === undefined || execution.createdAt < filter.createdBefore),
      );
      return ids(matching).reverse();
    }

    async function listed(filter: ListFilter, limit = 100): Promise<string[]> {
      return ids(await store().listExecutions({ caller: 'anonymous', limit, filter }));
    }

    it('takes each filter alone and all of them together', async () => {
      const middle = all[17]?.createdAt ?? 0;
      const statuses: (readonly ExecutionStatus[] | undefined)[] = [
        undefined,
        ['FAILED'],
        ['RUNNING', 'QUEUED'],
        EVERY_STATUS,
      ];
      const times = [
        {},
        { createdAfter: middle },
        { createdBefore: middle },
        { createdAfter: middle - 9500, createdBefore: middle + 9500 },
      ];
      const labels = [undefined, { name: 'team', value: 'red' }, { name: 'nightly', value: '' }];
      for (const status of statuses) {
        for (const language of [undefined, 'javascript']) {
          for (const label of labels) {
            for (const time of times) {
              const filter: ListFilter = {
                ...(status === undefined ? {} : { statuses: status }),
                ...(language === undefined ? {} : { language }),
                ...(label === undefined ? {} : { label }),
                ...time,
              };
              expect(await listed(filter), JSON.stringify(filter)).toEqual(expected(filter));
              expect(await listed(filter, 2), JSON.stringify(filter)).toEqual(expected(filter).slice(0, 2));
            }
          }
        }
      }
    });

    it('goes on page by page within a filter', async () => {
      const filter: ListFilter = { statuses: ['SUCCEEDED', 'FAILED'], label: { name: 'team', value: 'red' } };
      const seen: string[] = [];
      for (;;) {
        const before = seen.at(-1);
        const query = { caller: 'anonymous', limit: 2, filter };
        const page = ids(await store().listExecutions(before === undefined ? query : { ...query, before }));
        if (page.length === 0) break;
        seen.push(...page);
      }
      expect(seen).toEqual(expected(filter));
    });

    it('finds nothing where nothing fits', async () => {
      expect(await listed({ statuses: [] })).toEqual([]);
      expect(await listed({ language: 'ruby' })).toEqual([]);
      expect(await listed({ label: { name: 'team', value: '' } })).toEqual([]);
      expect(await listed({ label: { name: 'red', value: 'team' } })).toEqual([]);
      expect(await listed({ createdAfter: FIRST_CREATED_AT, createdBefore: FIRST_CREATED_AT })).toEqual([]);
      expect(await listed({ createdBefore: 0 })).toEqual([]);
      expect(await listed({ createdAfter: 8_640_000_000_000_000 })).toEqual([]);
    });

    it('takes a status named twice once', async () => {
      expect(await listed({ statuses: ['FAILED', 'FAILED'] })).toEqual(expected({ statuses: ['FAILED'] }));
    });

    it('leaves out both ends of a span of time', async () => {
      const [first, second, third] = all;
      const span = { createdAfter: first?.createdAt ?? 0, createdBefore: third?.createdAt ?? 0 };
      expect(await listed(span)).toEqual([second?.id]);
    });

    it('goes by createdAt, not by the time in the id, where the two are apart', async () => {
      const hour = 3_600_000;
      const late = await create(store(), {
        id: v7({ msecs: FIRST_CREATED_AT - hour }),
        createdAt: FIRST_CREATED_AT + hour,
      });
      const early = await create(store(), {
        id: v7({ msecs: FIRST_CREATED_AT + hour }),
        createdAt: FIRST_CREATED_AT - hour,
      });
      expect(await listed({ createdAfter: FIRST_CREATED_AT + hour - 1 })).toEqual([late.id]);
      expect(await listed({ createdBefore: FIRST_CREATED_AT - hour + 1 })).toEqual([early.id]);
    });

    it('follows an execution through its changes of status', async () => {
      const labels = [{ name: 'path', value: 'through' }];
      const { id } = await create(store(), { labels });
      let from: ExecutionStatus = 'QUEUED';
      for (const status of ['STARTING', 'RUNNING', 'FAILED'] as const) {
        await store().updateExecution(id, { statuses: [from] }, { status });
        for (const filter of [{}, { label: { name: 'path', value: 'through' } }]) {
          expect(await listed({ ...filter, statuses: [status] }, 1)).toEqual([id]);
          expect(await listed({ ...filter, statuses: [from] })).not.toContain(id);
        }
        from = status;
      }
    });

    it('lists one with the same label twice once', async () => {
      const label = { name: 'twice', value: '1' };
      const { id } = await create(store(), { labels: [label, label, { name: 'twice', value: '2' }] });
      expect(await listed({ label })).toEqual([id]);
      expect(await listed({ label: { name: 'twice', value: '2' } })).toEqual([id]);
    });
  });
};
