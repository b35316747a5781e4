import { v7 } from 'uuid';
import { describe, expect, it } from 'vitest';
import { idRange, NO_BOUND_MS, recordedSkew, USUAL_SKEW_MS } from '../../src/db/id-time.ts';

const NOW = Date.UTC(2030, 0, 1);

describe('recordedSkew', () => {
  it('is nothing up to what is usual, else the distance either way', () => {
    const id = v7({ msecs: NOW });
    expect(recordedSkew(id, NOW)).toBe(0);
    expect(recordedSkew(id, NOW + USUAL_SKEW_MS)).toBe(0);
    expect(recordedSkew(id, NOW + USUAL_SKEW_MS + 1)).toBe(USUAL_SKEW_MS + 1);
    expect(recordedSkew(id, NOW - 5000.5)).toBe(5001);
  });

  it('is no bound for an id without a time', () => {
    for (const id of ['', 'x', '0f0f0f0f-0f0f-4f0f-8f0f-0f0f0f0f0f0f', v7().toUpperCase()]) {
      expect(recordedSkew(id, NOW)).toBe(NO_BOUND_MS);
    }
  });
});

describe('idRange', () => {
  const inRange = (id: string, { low, high }: { low: string; high: string }) => id >= low && id < high;

  it('holds every id whose time is within the skew of the bounds, and few others', () => {
    const range = idRange(undefined, NOW, NOW + 1000, 50);
    for (const time of [NOW - 49, NOW, NOW + 500, NOW + 1050])
      expect(inRange(v7({ msecs: time }), range)).toBe(true);
    for (const time of [NOW - 52, NOW + 1053]) expect(inRange(v7({ msecs: time }), range)).toBe(false);
  });

  it('holds everything where there is no bound or no time', () => {
    for (const range of [
      idRange(undefined, undefined, undefined, 10),
      idRange(undefined, NOW, NOW, NO_BOUND_MS),
    ]) {
      for (const id of ['', 'x', v7({ msecs: 0 }), 'ffffffff-ffff-7fff-bfff-ffffffffffff']) {
        expect(inRange(id, range)).toBe(true);
      }
    }
  });

  it('ends at the id to go on before, when that comes first', () => {
    const early = v7({ msecs: NOW - 1000 });
    const late = v7({ msecs: NOW + 1000 });
    expect(idRange(early, undefined, NOW, 10).high).toBe(early);
    expect(idRange(late, undefined, NOW, 10).high < late).toBe(true);
  });
});
