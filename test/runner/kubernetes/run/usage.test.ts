import { describe, expect, it } from 'vitest';
import { usageOf } from '../../../../src/runner/kubernetes/run/follow.ts';
import type { EndFrame } from '../../../../src/runner/kubernetes/session/frames.ts';

const MOST = { wallMs: 5000, cpuMillis: 2000, memoryMb: 192 };

function told(fields: Partial<EndFrame>): EndFrame {
  return {
    last: 0,
    cause: 'exit',
    exitCode: 0,
    signal: null,
    wallMs: 1200.4,
    cpuMs: 900.6,
    maxMemoryMb: 33.33,
    truncated: false,
    compile: null,
    ...fields,
  };
}

describe('usage', () => {
  it('is what the launcher reports, rounded', () => {
    expect(usageOf(told({}), 1300, MOST)).toEqual({ wallMs: 1200, cpuMs: 901, maxMemoryMb: 33.3 });
  });

  it.each([1e12, Number.MAX_VALUE])('is never more than it can have been: %d', (figure) => {
    const forged = told({ wallMs: figure, cpuMs: figure, maxMemoryMb: figure });
    expect(usageOf(forged, 1300, MOST)).toEqual({ wallMs: 5000, cpuMs: 11_000, maxMemoryMb: 192 });
  });

  it('allows a whole processor to a program with a share of one: not every node keeps the share', () => {
    const busy = told({ wallMs: 5000, cpuMs: 5100 });
    expect(usageOf(busy, 5000, { ...MOST, cpuMillis: 100 })?.cpuMs).toBe(5100);
  });

  it('is what was seen from outside when nothing was reported', () => {
    expect(usageOf(null, 1300, MOST)).toEqual({ wallMs: 1300, cpuMs: null, maxMemoryMb: null });
    expect(usageOf(null, null, MOST)).toBeNull();
  });
});
