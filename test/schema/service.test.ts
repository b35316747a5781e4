import { describe, expect, test } from 'vitest';
import type { HealthReport } from '../../src/executions/health.ts';
import type { RuntimeInfo } from '../../src/executions/runner.ts';
import { contextOf, errorsOf, run } from './fake.ts';

const report: HealthReport = {
  status: 'DEGRADED',
  running: 2,
  queued: 3,
  checks: [{ name: 'runner', status: 'DEGRADED', latencyMs: 1.5, message: 'no snapshot yet' }],
};
const health = async () => report;

describe('health', () => {
  test('tells a caller everything', async () => {
    const source =
      '{ health { status version uptimeSeconds running queued checks { name status latencyMs message } } }';
    expect(await run(source, contextOf({ health }))).toEqual({
      data: { health: { ...report, version: '1.2.3', uptimeSeconds: 12 } },
    });
  });

  test('tells nobody its status', async () => {
    expect(await run('{ health { status } }', contextOf({ health }, null))).toEqual({
      data: { health: { status: 'DEGRADED' } },
    });
  });

  test.each(['version', 'uptimeSeconds', 'running', 'queued', 'checks { name }'])(
    'keeps %s to callers',
    async (field) => {
      const result = await run(`{ health { status ${field} } }`, contextOf({ health }, null));
      expect(result.data).toBeNull();
      expect(errorsOf(result)[0]?.code).toBe('UNAUTHENTICATED');
    },
  );
});

describe('runtimes', () => {
  const limits = { timeoutMs: 1, memoryMb: 2, cpuMillis: 3, outputBytes: 4 };
  const runtimes: RuntimeInfo[] = [
    {
      language: 'python',
      aliases: ['py'],
      isCompiled: false,
      packages: [],
      version: '3.14.2',
      isDefault: true,
      defaultFileName: 'main.py',
      extensions: ['.py'],
      minimums: limits,
      defaults: { ...limits, timeoutMs: 30 },
      maximums: { ...limits, timeoutMs: 60 },
      takesInput: true,
      leavesFiles: true,
      canInterrupt: true,
      notes: ['No threads.'],
    },
  ];
  const source = `{ runtimes { language version isDefault notes stdinOpen interruptible
    minimums { timeoutMs memoryMb cpuMillis outputBytes } defaults { timeoutMs } maximums { timeoutMs } } }`;

  test('are those of the runner', async () => {
    expect(await run(source, contextOf({ runtimes }))).toEqual({
      data: {
        runtimes: [
          {
            language: 'python',
            version: '3.14.2',
            isDefault: true,
            notes: ['No threads.'],
            stdinOpen: true,
            interruptible: true,
            minimums: limits,
            defaults: { timeoutMs: 30 },
            maximums: { timeoutMs: 60 },
          },
        ],
      },
    });
  });

  test('nobody may not', async () => {
    expect(errorsOf(await run(source, contextOf({ runtimes }, null)))[0]?.code).toBe('UNAUTHENTICATED');
  });
});
