import { describe, expect, it } from 'vitest';
import type { ExecutionChange } from '../../../src/executions/execution.ts';
import type { Theme } from '../store.ts';
import { create, createEnded } from './samples.ts';

const HASHES = ['a', 'b', 'c'].map((letter) => letter.repeat(64));
const [A = '', B = '', C = ''] = HASHES;
const FILES = [
  { path: 'plots/näïve\n.png', bytes: 3, sha256: A, pieces: [A] },
  { path: 'large', bytes: 300_000, sha256: C, pieces: [B, C] },
];
const OMITTED = [{ path: 'link', reason: 'It is a symbolic link, not a regular file.' }];

export const describeFiles: Theme = (store) => {
  describe('files', () => {
    it('keeps which are wanted, which there are, and which are not kept', async () => {
      const wanted = { outputFiles: ['*.csv', 'plots/**'], files: FILES, omittedFiles: OMITTED };
      const { id } = await create(store(), wanted);
      expect(await store().getExecution(id)).toMatchObject(wanted);
      const none = await create(store(), { outputFiles: [] });
      expect(await store().getExecution(none.id)).toStrictEqual(none);
      expect((await store().getExecution(none.id))?.outputFiles).toEqual([]);
      const all = await create(store());
      expect((await store().getExecution(all.id))?.outputFiles).toEqual(['**']);
    });

    it('records them with an end, and takes them out of the record', async () => {
      const { id } = await create(store());
      const end: ExecutionChange = { status: 'CANCELLED', files: FILES, omittedFiles: OMITTED };
      expect(await store().updateExecution(id, { statuses: ['QUEUED'] }, end)).toMatchObject(end);
      expect(await store().getExecution(id)).toMatchObject(end);
      await store().updateExecution(id, { statuses: ['CANCELLED'] }, { files: [] });
      expect(await store().getExecution(id)).toMatchObject({ files: [], omittedFiles: OMITTED });
    });

    it('keeps every byte of a piece, once, for its execution alone', async () => {
      const [one, other] = [await create(store()), await create(store())];
      const bytes = Uint8Array.from({ length: 256 * 1024 }, (_, index) => index % 251);
      await store().putFilePiece(one.id, A, bytes);
      await store().putFilePiece(one.id, A, Buffer.from('something else'));
      expect(Buffer.from((await store().readFilePiece(one.id, A)) ?? []).equals(bytes)).toBe(true);
      expect(await store().readFilePiece(one.id, B)).toBeNull();
      expect(await store().readFilePiece(other.id, A)).toBeNull();
      expect(await store().readFilePiece('unknown', A)).toBeNull();
    });

    it('erases all pieces of one execution and no other', async () => {
      const [one, other] = [await create(store()), await create(store())];
      for (const hash of HASHES) await store().putFilePiece(one.id, hash, Buffer.from(hash));
      await store().putFilePiece(other.id, A, Buffer.from('kept'));
      await store().deleteFilePieces(one.id);
      for (const hash of HASHES) expect(await store().readFilePiece(one.id, hash)).toBeNull();
      expect(Buffer.from((await store().readFilePiece(other.id, A)) ?? []).toString()).toBe('kept');
      await store().deleteFilePieces(one.id);
      await store().deleteFilePieces('unknown');
    });

    it('removes them with their record', async () => {
      const { id } = await createEnded(store(), 1);
      for (let index = 0; index < 20; index++) {
        await store().putFilePiece(id, String(index).padStart(64, '0'), Buffer.alloc(1000));
      }
      await store().tombstoneExpired(2, 10);
      await store().purge(id);
      expect(await store().getExecution(id)).toBeNull();
      for (let index = 0; index < 20; index++) {
        expect(await store().readFilePiece(id, String(index).padStart(64, '0'))).toBeNull();
      }
    });
  });
};
