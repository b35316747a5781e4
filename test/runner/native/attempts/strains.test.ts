import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Runner } from '../../../../src/executions/runner.ts';
import { openNativeRunner } from '../../../../src/runner/native/open.ts';
import { ObservedRun } from '../../../contract/runner/run.ts';
import { Host } from '../../embedded/attempts/host.ts';
import { LIMITS, MAXIMUM_LIMITS, silentLogger } from '../../embedded/limits.ts';
import { hasBubblewrap, isHere } from '../here.ts';
import { LANGUAGES } from './attempt.ts';
import { filesOf, leftBehind } from './remains.ts';
import { memory } from './strains/memory.ts';
import { output } from './strains/output.ts';
import { processes } from './strains/processes.ts';
import { vitals } from './vitals.ts';

/** MiB that a program may get beyond its limit before it is seen; it is looked at every 25 ms. */
const OVERSHOOT_MB = 1024;
/** Of the longest time limit, for what takes a while to be seen and ended on a machine with nothing else to give, milliseconds. */
const WATCHDOG_MS = 30_000;

/** Whose number is told to another program, to be reached. */
const NEIGHBOUR = 'trap "echo reached" URG CONT USR1 TERM HUP INT; echo waiting; while :; do sleep 0.2; done';

describe.runIf(hasBubblewrap)('what a program of the native host cannot exhaust, stall or outlive', () => {
  let host: Host;
  let runner: Runner;
  let neighbour: ObservedRun;
  let before: Record<string, unknown>;
  let files: readonly string[];

  beforeAll(async () => {
    host = await Host.open();
    runner = await openNativeRunner({
      dataDir: host.view.dataDir,
      warm: {},
      defaultLimits: LIMITS,
      maximumLimits: MAXIMUM_LIMITS,
      logger: silentLogger,
    });
    before = vitals(host.view.directory);
    files = filesOf(host.view.dataDir);
  });

  afterAll(async () => {
    await runner[Symbol.asyncDispose]();
    await host[Symbol.asyncDispose]();
  });

  it.each([...output, ...memory, ...processes].filter(({ language }) => isHere(language)))(
    '$language: $name',
    async ({ language, code, ends, limits }) => {
      const run = new ObservedRun(runner, language, code, { limits: { timeoutMs: 10_000, ...limits } });
      const watchdog = setTimeout(() => run.stop('CANCELLED'), WATCHDOG_MS);
      const end = await run.end.finally(() => clearTimeout(watchdog));
      if (!ends.includes(end.reason)) {
        throw new Error(`Expected ${ends.join(' or ')}, got ${JSON.stringify(end)} ${run.text('STDERR')}`);
      }
      const printed = Buffer.byteLength(run.text() + run.text('STDERR'));
      expect(printed).toBeLessThanOrEqual(limits?.outputBytes ?? LIMITS.outputBytes);
      expect(end.usage?.maxMemoryMb ?? 0).toBeLessThan((limits?.memoryMb ?? LIMITS.memoryMb) + OVERSHOOT_MB);
      await leftBehind(host.view.dataDir, files);
    },
    60_000,
  );

  it('and nothing of the host was reached', async () => {
    expect(await host.damage('')).toEqual([]);
    expect(vitals(host.view.directory)).toEqual(before);
  });

  it('and a neighbour is left alone', async () => {
    neighbour = new ObservedRun(runner, 'bash', NEIGHBOUR, { limits: { timeoutMs: 60_000 } });
    await neighbour.printed('waiting\n');
    const code =
      'kill -URG -1; kill -CONT -1; for n in $(seq 1 500); do kill -USR1 $n; kill -TERM $n; done 2>/dev/null; exit 0';
    await new ObservedRun(runner, 'bash', code).end;
    await new ObservedRun(runner, 'bash', 'bomb() { bomb | bomb & }; bomb; wait', {
      limits: { timeoutMs: 2000 },
    }).end;
    neighbour.stop('CANCELLED');
    await neighbour.endsBy('CANCELLED');
    expect(neighbour.text()).toBe('waiting\n');
  });

  it.each(LANGUAGES.filter(isHere))('and %s still runs', async (language) => {
    const code = {
      c: '#include <stdio.h>\nint main(void) { puts("well"); }',
      python: 'print("well")',
      javascript: 'console.log("well")',
      bash: 'echo well',
    }[language];
    const run = new ObservedRun(runner, language, code);
    await run.endsBy('EXITED');
    expect(run.text()).toBe('well\n');
  });
});
