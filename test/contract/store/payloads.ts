import { describe, expect, it } from 'vitest';
import type { Payload } from '../../../src/executions/execution.ts';
import type { Theme } from '../store.ts';
import { TEXTS } from './round-trips.ts';
import { create, createEnded, EMPTY_PAYLOAD, sample } from './samples.ts';

const EVERY_BYTE = Uint8Array.from({ length: 256 }, (_, byte) => byte);

const PAYLOADS: readonly Payload[] = [
  EMPTY_PAYLOAD,
  { ...EMPTY_PAYLOAD, stdin: 'a\nb' },
  { ...EMPTY_PAYLOAD, env: [{ name: 'A', value: '' }] },
  { ...EMPTY_PAYLOAD, files: [{ path: 'empty.txt', content: new Uint8Array(0) }] },
  {
    stdin: TEXTS.join(''),
    env: TEXTS.map((value, index) => ({ name: `NAME_${index}`, value })),
    files: [
      { path: 'data/ünï 😀.bin', content: EVERY_BYTE },
      { path: 'empty', content: new Uint8Array(0) },
      { path: 'z', content: Uint8Array.of(0) },
    ],
  },
];

export const describePayloads: Theme = (store) => {
  describe('payloads', () => {
    it('keep texts and bytes as they were, in their order', async () => {
      for (const payload of PAYLOADS) {
        const { id } = sample();
        await store().createExecution(sample({ id }), payload);
        expect(plain(await store().getPayload(id))).toStrictEqual(plain(payload));
      }
    });

    it('keep bytes that are a view of others', async () => {
      const { id } = sample();
      const content = EVERY_BYTE.subarray(10, 20);
      await store().createExecution(sample({ id }), { ...EMPTY_PAYLOAD, files: [{ path: 'view', content }] });
      expect(plain(await store().getPayload(id))?.files).toEqual([{ path: 'view', content: [...content] }]);
    });

    it('keep 4 MiB of stdin and of files', async () => {
      const { id } = sample();
      const content = Buffer.alloc(4 * 1024 * 1024, EVERY_BYTE);
      const stdin = 'x'.repeat(4 * 1024 * 1024);
      await store().createExecution(sample({ id }), {
        ...EMPTY_PAYLOAD,
        stdin,
        files: [{ path: 'big', content }],
      });
      const found = await store().getPayload(id);
      expect(found?.stdin === stdin).toBe(true);
      expect(content.equals(found?.files[0]?.content ?? new Uint8Array(0))).toBe(true);
    });

    it('are erased one by one, and for good', async () => {
      for (const payload of PAYLOADS) {
        const erased = sample();
        const other = sample();
        for (const execution of [erased, other]) await store().createExecution(execution, payload);
        await store().deletePayload(erased.id);
        await store().deletePayload(erased.id);
        expect(await store().getPayload(erased.id)).toBeNull();
        expect(await store().getExecution(erased.id)).toStrictEqual(erased);
        expect(plain(await store().getPayload(other.id))).toStrictEqual(plain(payload));
      }
    });

    it('stay through changes of the record', async () => {
      const execution = sample();
      const payload = { ...EMPTY_PAYLOAD, stdin: 'kept' };
      await store().createExecution(execution, payload);
      await store().updateExecution(execution.id, { statuses: ['QUEUED'] }, { status: 'STARTING' });
      expect(await store().getPayload(execution.id)).toEqual(payload);
    });

    it('are not there for an unknown execution or a tombstone', async () => {
      expect(await store().getPayload(sample().id)).toBeNull();
      await expect(store().deletePayload(sample().id)).resolves.toBeUndefined();
      const { id } = await createEnded(store(), 1);
      await create(store());
      await store().tombstoneExpired(2, 10);
      expect(await store().getPayload(id)).toBeNull();
    });
  });
};

/** Bytes as numbers: adapters may hand out any kind of Uint8Array. */
function plain(payload: Payload | null) {
  if (payload === null) return null;
  return { ...payload, files: payload.files.map(({ path, content }) => ({ path, content: [...content] })) };
}
