import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Runner } from '../../../../src/executions/runner.ts';
import { ObservedRun } from '../../../contract/runner/run.ts';
import { LIMITS } from '../limits.ts';
import { Host } from './host.ts';
import { leftBehind } from './remains.ts';
import { openRunner } from './runner.ts';
import { memory } from './strains/memory.ts';
import { output } from './strains/output.ts';
import { processes } from './strains/processes.ts';
import { time } from './strains/time.ts';

/** MiB that a program may get beyond its limit before it is seen; it is looked at every 25 ms. */
const OVERSHOOT_MB = 768;

describe('what a program cannot exhaust, stall or outlive', () => {
  let host: Host;
  let runner: Runner;

  beforeAll(async () => {
    host = await Host.open();
    runner = await openRunner({ dataDir: host.view.dataDir });
  });

  afterAll(async () => {
    await runner[Symbol.asyncDispose]();
    await host[Symbol.asyncDispose]();
  });

  it.each([...output, ...time, ...memory, ...processes])(
    '$language: $name',
    async ({ language, code, ends, limits }) => {
      const run = new ObservedRun(runner, language, code, { limits: { timeoutMs: 10_000, ...limits } });
      const end = await run.end;
      if (!ends.includes(end.reason)) {
        throw new Error(`Expected ${ends.join(' or ')}, got ${JSON.stringify(end)} ${run.text('STDERR')}`);
      }
      const printed = Buffer.byteLength(run.text() + run.text('STDERR'));
      expect(printed).toBeLessThanOrEqual(limits?.outputBytes ?? LIMITS.outputBytes);
      expect(end.usage?.maxMemoryMb ?? 0).toBeLessThan((limits?.memoryMb ?? LIMITS.memoryMb) + OVERSHOOT_MB);
      await leftBehind(host.view.dataDir);
    },
  );

  it('and nothing of the host was reached', async () => {
    expect(await host.damage('')).toEqual([]);
  });

  it.each(['javascript', 'python'])('and %s still runs', async (language) => {
    const run = new ObservedRun(
      runner,
      language,
      language === 'python' ? `print('well')` : `console.log('well')`,
    );
    await run.endsBy('EXITED');
    expect(run.text()).toBe('well\n');
  });
});
