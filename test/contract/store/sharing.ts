import { describe, expect, it } from 'vitest';
import type { Sharing } from '../../../src/executions/store.ts';
import type { Theme } from '../store.ts';
import { chunk, create, createEnded } from './samples.ts';

/** Only for stores that several processes may use at once; the others say so, and that is all there is to test. */
export const describeSharing: Theme = (store) => {
  const sharing = (): Sharing | null => store().sharing;

  describe('sharing', () => {
    it('counts the beats of each process until it is removed', async () => {
      const shared = sharing();
      if (!shared) return expect(shared).toBeNull();
      expect(await shared.listProcesses()).toEqual([]);
      await shared.beat('a');
      await shared.beat('b');
      await Promise.all([shared.beat('a'), shared.beat('a')]);
      const processes = await shared.listProcesses();
      expect(processes.toSorted((one, other) => (one.id < other.id ? -1 : 1))).toStrictEqual([
        { id: 'a', beats: 3 },
        { id: 'b', beats: 1 },
      ]);
      await shared.removeProcess('a');
      await shared.removeProcess('a');
      expect(await shared.listProcesses()).toStrictEqual([{ id: 'b', beats: 1 }]);
    });

    it('gives a glimpse of what may have changed, and none of what is hidden or not there', async () => {
      const shared = sharing();
      if (!shared) return expect(shared).toBeNull();
      const running = await create(store(), { status: 'RUNNING', epoch: 3, cancelRequestedAt: 7 });
      const queued = await create(store(), { message: 'no room' });
      const hidden = await createEnded(store(), 1);
      await store().hideExpired(2, 10);
      const found = await shared.glimpse([running.id, queued.id, hidden.id, 'nobody']);
      expect(found.toSorted((one, other) => (one.id < other.id ? -1 : 1))).toStrictEqual([
        { id: running.id, status: 'RUNNING', message: null, epoch: 3, cancelRequestedAt: 7 },
        { id: queued.id, status: 'QUEUED', message: 'no room', epoch: 0, cancelRequestedAt: null },
      ]);
      expect(await shared.glimpse([])).toEqual([]);
    });

    it('says which of some chunks are stored', async () => {
      const shared = sharing();
      if (!shared) return expect(shared).toBeNull();
      const [a, b] = [await create(store()), await create(store())];
      await store().appendChunks([
        { executionId: a.id, chunks: [chunk(1), chunk(2)] },
        { executionId: b.id, chunks: [chunk(1)] },
      ]);
      const asked = [
        { executionId: a.id, seq: 2 },
        { executionId: b.id, seq: 2 },
        { executionId: 'nobody', seq: 1 },
      ];
      expect(await shared.findChunks(asked)).toEqual([a.id]);
      expect(await shared.findChunks([])).toEqual([]);
    });

    it('counts stored output only as far as nothing is missing', async () => {
      const shared = sharing();
      if (!shared) return expect(shared).toBeNull();
      const { id } = await create(store());
      const [first, second, , fourth] = [1, 2, 3, 4].map((seq) => chunk(seq));
      const chunks = [first, second, fourth].filter((one) => one !== undefined);
      await store().appendChunks([{ executionId: id, chunks }]);
      const bytes = Buffer.byteLength(`${first?.text}${second?.text}`);
      expect(await store().summarizeChunks(id)).toEqual({ lastSeq: 2, bytes });
    });
  });
};
