import { openSqliteStore } from '../../src/db/sqlite/open.ts';
import { Executions, type ExecutionsOptions } from '../../src/executions/executions.ts';
import type { Store } from '../../src/executions/store.ts';
import type { Logger, Telemetry } from '../../src/executions/telemetry.ts';
import { ScriptedRunner } from '../support/scripted-runner.ts';

export const SILENT: Logger = { debug() {}, info() {}, warn() {}, error() {} };

export const UNCOUNTED: Telemetry = {
  submitted() {},
  refused() {},
  started() {},
  firstOutput() {},
  output() {},
  ended() {},
  viewers() {},
  sessions() {},
  sessionEnded() {},
  storeOperation() {},
  stage() {},
};

export const SESSIONS = {
  idleTimeoutMs: 600_000,
  lifetimeMs: 86_400_000,
  maxSessions: 10,
  maxSessionsPerCaller: 3,
};

export interface Service extends AsyncDisposable {
  readonly executions: Executions;
  readonly store: Store;
  readonly runner: ScriptedRunner;
  readonly viewers: () => number;
}

/** The whole domain over a real store in memory and a runner that the test moves. */
export async function openService(
  options: Partial<ExecutionsOptions> & {
    store?: Store;
    runner?: ScriptedRunner;
    traces?: Pick<Telemetry, 'stage'>;
  } = {},
): Promise<Service> {
  const store = options.store ?? (await openSqliteStore({ file: ':memory:' }));
  const runner = options.runner ?? new ScriptedRunner();
  let viewers = 0;
  const telemetry: Telemetry = {
    ...UNCOUNTED,
    viewers(change) {
      viewers += change;
    },
    stage: (stage) => options.traces?.stage(stage),
  };
  const executions = new Executions(
    { store, runner, telemetry, logger: SILENT },
    {
      maxRunning: 2,
      maxRunningPerCaller: options.maxRunning ?? 2,
      maxQueued: 100,
      maxQueuedPerCaller: 50,
      retentionDays: 30,
      owner: 'this process',
      sessions: SESSIONS,
      ...options,
    },
  );
  await executions.open();
  return {
    executions,
    store,
    runner,
    viewers: () => viewers,
    async [Symbol.asyncDispose]() {
      await executions.close(0);
      if (!options.store) await store[Symbol.asyncDispose]();
    },
  };
}

/** Everything an iterator still gives. */
export async function collect<T>(iterator: AsyncIterable<T>): Promise<T[]> {
  const all: T[] = [];
  for await (const one of iterator) all.push(one);
  return all;
}
