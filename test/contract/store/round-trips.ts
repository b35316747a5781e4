import { describe, expect, it } from 'vitest';
import { END_REASONS, type Execution } from '../../../src/executions/execution.ts';
import type { Theme } from '../store.ts';
import { ALL, chunk, create, EMPTY_PAYLOAD, EVERY_STATUS, sample } from './samples.ts';

/** Texts that stores are known to change: empty, blanks, astral, combining, right to left, JSON- and SQL-like, our own markers. */
export const TEXTS: readonly string[] = [
  '',
  ' ',
  '\n\r\n\t\u0001\u007F',
  '😀 🏳️‍🌈 e\u0301 é',
  '\uFFFD\uFEFF\uFFFF',
  'שלום',
  'null',
  '[]',
  '{"a":"\\u0000"}',
  "'; DROP TABLE executions; --",
  '$set',
  'a.b',
  '__proto__',
  'undefined',
  '1e3',
];

const FULL: Partial<Execution> = {
  caller: 'key:ünïcode 😀',
  status: 'FAILED',
  endReason: 'SIGNALLED',
  message: 'Ended by SIGKILL.',
  exitCode: 137,
  signal: 'SIGKILL',
  args: ['', '-v', '😀'],
  labels: [
    { name: 'team', value: 'a=b' },
    { name: 'empty', value: '' },
  ],
  lastSeq: 12,
  outputBytes: 9_007_199_254_740_991,
  outputTruncated: true,
  startedAt: 1_893_456_000_001,
  finishedAt: 1_893_456_000_002,
  cancelRequestedAt: 1_893_456_000_003,
  usage: { wallMs: 1, cpuMs: null, maxMemoryMb: 20.125 },
  runner: { kind: 'kubernetes', job: 'j', pod: 'p', podUid: 'u', node: null, warm: true },
  owner: 'process-1',
  epoch: 4,
};

export const describeRoundTrips: Theme = (store) => {
  describe('round trips', () => {
    it('keeps every field, set or null', async () => {
      for (const overrides of [{}, FULL]) {
        const execution = await create(store(), overrides);
        expect(await store().getExecution(execution.id)).toStrictEqual(execution);
        const list = await store().listExecutions({ caller: execution.caller, limit: 1 });
        expect(list).toStrictEqual([execution]);
      }
    });

    it('changes every field that may change, and back to null', async () => {
      const before = await create(store());
      const { status, endReason, message, exitCode, signal, lastSeq, outputBytes, outputTruncated } =
        sample(FULL);
      const { startedAt, finishedAt, cancelRequestedAt, usage, runner, owner, epoch } = sample(FULL);
      const change = {
        ...{ status, endReason, message, exitCode, signal, lastSeq, outputBytes, outputTruncated },
        ...{ startedAt, finishedAt, cancelRequestedAt, usage, runner, owner, epoch },
      };
      const changed = await store().updateExecution(before.id, { statuses: ['QUEUED'] }, change);
      expect(changed).toStrictEqual({ ...before, ...change });
      expect(await store().getExecution(before.id)).toStrictEqual(changed);

      const back = {
        ...change,
        ...{ endReason: null, message: null, exitCode: null, signal: null, lastSeq: null },
      };
      const cleared = {
        ...back,
        ...{
          startedAt: null,
          finishedAt: null,
          cancelRequestedAt: null,
          usage: null,
          runner: null,
          owner: null,
        },
        ...{ outputBytes: 0, outputTruncated: false },
      };
      await store().updateExecution(before.id, { statuses: ['FAILED'] }, cleared);
      expect(await store().getExecution(before.id)).toStrictEqual({ ...before, ...cleared });
    });

    it('keeps every status and every end reason', async () => {
      const created = [];
      for (const status of EVERY_STATUS) created.push(await create(store(), { status }));
      for (const endReason of END_REASONS)
        created.push(await create(store(), { status: 'FAILED', endReason }));
      for (const execution of created)
        expect(await store().getExecution(execution.id)).toStrictEqual(execution);
    });

    it('keeps any text', async () => {
      for (const text of TEXTS) {
        const execution = await create(store(), {
          ...{ code: text, message: text, fileName: text, signal: text, owner: text },
          args: [text, text],
          labels: [{ name: text, value: text }],
          uniqueKey: `k:anonymous:${text}`,
          runner: { kind: text, job: text, pod: text, podUid: text, node: text, warm: false },
        });
        expect(await store().getExecution(execution.id)).toStrictEqual(execution);
        expect(await store().getExecutionByUniqueKey(`k:anonymous:${text}`)).toStrictEqual(execution);
        await store().appendChunks([{ executionId: execution.id, chunks: [chunk(1, text)] }]);
        expect(await store().readChunks(execution.id, ALL)).toStrictEqual([chunk(1, text)]);
      }
    });

    it('keeps a mebibyte of code, also when the record changes', async () => {
      const code = '# ünïcode\n'.repeat(95_325).slice(0, 1_048_576 - 95_326 * 2);
      const execution = await create(store(), {
        code,
        args: Array.from({ length: 256 }, (_, i) => `${i}`.repeat(80)),
      });
      const updated = await store().updateExecution(
        execution.id,
        { statuses: ['QUEUED'] },
        { status: 'RUNNING' },
      );
      expect(updated?.code === code).toBe(true);
      const found = await store().getExecution(execution.id);
      expect(found).toStrictEqual({ ...execution, status: 'RUNNING' });
    });

    it('does not keep the caller of an operation from changing what it gave', async () => {
      const labels = [{ name: 'a', value: 'b' }];
      const execution = sample({ labels });
      await store().createExecution(execution, EMPTY_PAYLOAD);
      labels[0] = { name: 'a', value: 'changed' };
      expect((await store().getExecution(execution.id))?.labels).toEqual([{ name: 'a', value: 'b' }]);
    });
  });
};
