import { expect, test } from 'vitest';
import type { Look, ProcessStatus } from '../../../src/runner/local/process-status.ts';
import { UsageMeter } from '../../../src/runner/local/usage.ts';

const EXIT = { code: 0, signal: null, wallMs: 10, peakBytes: null, cpuMs: null };
const memory = { own: 0, peak: 0, threads: 1 };

test('processor time never falls, whatever a process that has gone takes with it', () => {
  const looks: Look[] = [100, 30, 130, 90].map((cpuMs) => ({ memory, cpuMs }));
  const status: ProcessStatus = {
    countsTwice: false,
    look: () => looks.shift() ?? { memory: null, cpuMs: null },
    resetPeak() {},
    [Symbol.dispose]() {},
  };
  const usage = new UsageMeter(status, 64);
  usage.sample();
  expect(usage.total(EXIT).cpuMs).toBe(0);
  usage.sample();
  usage.sample();
  expect(usage.total(EXIT).cpuMs).toBe(30);
});
