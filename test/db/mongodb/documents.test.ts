import { describe, expect, it } from 'vitest';
import { chunkId, chunkRange } from '../../../src/db/mongodb/chunks.ts';
import {
  decodeExecution,
  encodeChange,
  encodeExecution,
  TOMBSTONE,
  toBound,
} from '../../../src/db/mongodb/documents.ts';
import { sample } from '../../contract/store/samples.ts';

const LABELS = [
  { name: 'team', value: 'a=b' },
  { name: 'empty', value: '' },
];

describe('documents', () => {
  it('hold an execution as it is', () => {
    for (const execution of [sample({ labels: LABELS }), sample({ startedAt: 0, finishedAt: 1 })]) {
      expect(decodeExecution(encodeExecution(execution, 'empty'))).toStrictEqual(execution);
    }
  });

  it('carry a version, dates and labels that can be searched for', () => {
    const execution = sample({ labels: LABELS, startedAt: 5 });
    expect(encodeExecution(execution, 'apart')).toMatchObject({
      _id: execution.id,
      v: 1,
      labels: ['team=a=b', 'empty='],
      createdAt: new Date(execution.createdAt),
      startedAt: new Date(5),
      finishedAt: null,
      payload: 'apart',
    });
  });

  it('of a neighbouring version are read, with fields that this one does not know left out of nothing else', () => {
    const execution = sample();
    expect(decodeExecution({ ...encodeExecution(execution, 'empty'), v: 2 })).toStrictEqual(execution);
  });

  it('of another version, or a tombstone, are refused', () => {
    const document = encodeExecution(sample(), 'empty');
    expect(() => decodeExecution({ ...document, v: 3 })).toThrow('has version 3; expected 0 to 2');
    expect(() => decodeExecution({ ...document, status: TOMBSTONE })).toThrow('is a tombstone');
  });

  it('change in what was given, null too, and in nothing else', () => {
    expect(encodeChange({})).toEqual({});
    expect(Object.entries(encodeChange({ owner: null, finishedAt: 3, startedAt: null, epoch: 0 }))).toEqual([
      ['owner', null],
      ['epoch', 0],
      ['startedAt', null],
      ['finishedAt', new Date(3)],
    ]);
  });

  it('are searched up to the end of all dates', () => {
    expect(toBound(Number.POSITIVE_INFINITY).getTime()).toBe(8_640_000_000_000_000);
    expect(toBound(Number.NEGATIVE_INFINITY).getTime()).toBe(-8_640_000_000_000_000);
  });

  it('of chunks sort by their numbers, within one execution', () => {
    const [id, other] = ['018f-a', '018f-b'];
    const seqs = [1, 9, 10, 99, 100, 2_147_483_647, 9_999_999_999];
    const ids = seqs.map((seq) => chunkId(id, seq));
    expect([...ids].sort()).toEqual(ids);
    const { $gt, $lte } = chunkRange(id, 0);
    for (const one of ids) expect(one > $gt && one <= $lte).toBe(true);
    for (const seq of seqs) {
      const one = chunkId(other, seq);
      expect(one > $gt && one <= $lte).toBe(false);
    }
    const beyond = chunkRange(id, Number.MAX_SAFE_INTEGER);
    expect(ids.filter((one) => one > beyond.$gt && one <= beyond.$lte)).toEqual([]);
  });
});
