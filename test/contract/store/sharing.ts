import { describe, expect, it } from 'vitest';
import type { Sharing } from '../../../src/executions/store.ts';
import type { Theme } from '../store.ts';
import { chunk, create, createEnded } from './samples.ts';

/** Only for stores that several processes may use at once; the others say so, and that is all there is to test. */
const NO_INPUT = { stdinBytes: 0, stdinClosed: true, interrupts: 0 };

export const describeSharing: Theme = (store) => {
  const sharing = (): Sharing | null => store().sharing;

  describe('sharing', () => {
    it('counts the heartbeats of each process until it is removed', async () => {
      const shared = sharing();
      if (!shared) return expect(shared).toBeNull();
      expect(await shared.listProcesses()).toEqual([]);
      await shared.heartbeat('a');
      await shared.heartbeat('b');
      await Promise.all([shared.heartbeat('a'), shared.heartbeat('a')]);
      const processes = await shared.listProcesses();
      expect(processes.toSorted((one, other) => (one.id < other.id ? -1 : 1))).toStrictEqual([
        { id: 'a', count: 3 },
        { id: 'b', count: 1 },
      ]);
      await shared.removeProcess('a');
      await shared.removeProcess('a');
      expect(await shared.listProcesses()).toStrictEqual([{ id: 'b', count: 1 }]);
    });

    it('gives the revisions of executions, and none of a tombstone or of what does not exist', async () => {
      const shared = sharing();
      if (!shared) return expect(shared).toBeNull();
      const running = await create(store(), { status: 'RUNNING', epoch: 3, cancelRequestedAt: 7 });
      const queued = await create(store(), { message: 'no room' });
      const hidden = await createEnded(store(), 1);
      await store().tombstoneExpired(2, 10);
      const found = await shared.getRevisions([running.id, queued.id, hidden.id, 'nobody']);
      expect(found.toSorted((one, other) => (one.id < other.id ? -1 : 1))).toStrictEqual([
        { ...NO_INPUT, id: running.id, status: 'RUNNING', message: null, epoch: 3, cancelRequestedAt: 7 },
        {
          ...NO_INPUT,
          id: queued.id,
          status: 'QUEUED',
          message: 'no room',
          epoch: 0,
          cancelRequestedAt: null,
        },
      ]);
      expect(await shared.getRevisions([])).toEqual([]);
    });

    it('gives the revisions of executions that were written to and interrupted', async () => {
      const shared = sharing();
      if (!shared) return expect(shared).toBeNull();
      const asked = { stdinBytes: 5, stdinClosed: true, interrupts: 2 };
      const { id } = await create(store(), { stdinOpen: true, ...asked });
      expect(await shared.getRevisions([id])).toEqual([expect.objectContaining({ id, ...asked })]);
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
