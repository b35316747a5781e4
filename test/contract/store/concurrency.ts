import { describe, expect, it } from 'vitest';
import type { Theme } from '../store.ts';
import { ALL, chunk, chunks, create, createEnded, EMPTY_PAYLOAD, sample } from './samples.ts';

export const describeConcurrency: Theme = (store) => {
  describe('at the same time', () => {
    it('fifty claims of one execution have one winner', async () => {
      const { id } = await create(store());
      const claims = Array.from({ length: 50 }, (_, index) =>
        store().updateExecution(
          id,
          { statuses: ['QUEUED'], epoch: 0 },
          { status: 'STARTING', owner: `p${index}`, epoch: 1 },
        ),
      );
      const winners = (await Promise.all(claims)).filter((claimed) => claimed !== null);
      expect(winners).toHaveLength(1);
      expect(await store().getExecution(id)).toStrictEqual(winners[0]);
    });

    it('a hundred creations with one key have one creator', async () => {
      const samples = Array.from({ length: 100 }, () => sample({ uniqueKey: 'k:anonymous:once' }));
      const results = await Promise.all(
        samples.map((execution) => store().createExecution(execution, EMPTY_PAYLOAD)),
      );
      const creators = results.filter(({ created }) => created);
      expect(creators).toHaveLength(1);
      expect(new Set(results.map(({ execution }) => execution.id)).size).toBe(1);
      expect(await store().listExecutions({ caller: 'anonymous', limit: 200 })).toHaveLength(1);
      expect((await store().listQueues())[0]?.queued).toBe(1);
    });

    it('a cancel and an end: the first one stands', async () => {
      for (let round = 0; round < 20; round += 1) {
        const { id } = await create(store(), { status: 'RUNNING', epoch: 1 });
        const expected = { statuses: ['RUNNING'], epoch: 1 } as const;
        const [cancelled, ended] = await Promise.all([
          store().updateExecution(id, expected, {
            status: 'CANCELLED',
            endReason: 'CANCELLED',
            finishedAt: 1,
          }),
          store().updateExecution(id, expected, { status: 'SUCCEEDED', endReason: 'EXITED', finishedAt: 2 }),
        ]);
        expect([cancelled, ended].filter((result) => result === null)).toHaveLength(1);
        expect(await store().getExecution(id)).toStrictEqual(cancelled ?? ended);
      }
    });

    it('raises of an epoch are all counted', async () => {
      const { id } = await create(store(), { status: 'RUNNING', epoch: 0 });
      async function raise(): Promise<void> {
        for (;;) {
          const epoch = (await store().getExecution(id))?.epoch ?? Number.NaN;
          if (
            (await store().updateExecution(id, { statuses: ['RUNNING'], epoch }, { epoch: epoch + 1 })) !==
            null
          )
            return;
        }
      }
      await Promise.all(Array.from({ length: 20 }, raise));
      expect((await store().getExecution(id))?.epoch).toBe(20);
    });

    it('appends of several executions, and of the same chunks, all arrive once', async () => {
      const executions = [await create(store()), await create(store()), await create(store())];
      const appends: Promise<void>[] = [];
      for (let seq = 1; seq <= 200; seq += 2) {
        for (const { id } of executions) {
          appends.push(store().appendChunks([{ executionId: id, chunks: [chunk(seq), chunk(seq + 1)] }]));
          appends.push(store().appendChunks([{ executionId: id, chunks: [chunk(seq + 1, 'later')] }]));
        }
      }
      await Promise.all(appends);
      for (const { id } of executions) {
        const found = await store().readChunks(id, ALL);
        expect(found.map(({ seq }) => seq)).toEqual(chunks(1, 200).map(({ seq }) => seq));
        const bytes = found.reduce((sum, { text }) => sum + Buffer.byteLength(text), 0);
        expect(await store().summarizeChunks(id)).toEqual({ lastSeq: 200, bytes });
      }
    });

    it('a failing operation leaves those beside it alone', async () => {
      const taken = await create(store());
      const samples = Array.from({ length: 10 }, () => sample());
      const results = await Promise.allSettled([
        ...samples.slice(0, 5).map((execution) => store().createExecution(execution, EMPTY_PAYLOAD)),
        store().createExecution(sample({ id: taken.id, uniqueKey: 'k:anonymous:fails' }), EMPTY_PAYLOAD),
        ...samples.slice(5).map((execution) => store().createExecution(execution, EMPTY_PAYLOAD)),
        store().appendChunks([{ executionId: taken.id, chunks: [chunk(1)] }]),
      ]);
      const rejected = results.flatMap(({ status }, index) => (status === 'rejected' ? [index] : []));
      expect(rejected).toEqual([5]);
      for (const execution of samples)
        expect(await store().getExecution(execution.id)).toStrictEqual(execution);
      expect(await store().readChunks(taken.id, ALL)).toEqual([chunk(1)]);
    });

    it('two removals of one execution do no harm', async () => {
      const { id } = await createEnded(store(), 1);
      await store().appendChunks([{ executionId: id, chunks: chunks(1, 2000) }]);
      await store().tombstoneExpired(2, 10);
      await Promise.all([store().purge(id), store().purge(id)]);
      expect(await store().listTombstones(10)).toEqual([]);
      expect(await store().summarizeChunks(id)).toEqual({ lastSeq: 0, bytes: 0 });
    });
  });
};
