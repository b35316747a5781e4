import { beforeAll, expect, it } from 'vitest';
import type { Runner } from '../../../../src/executions/runner.ts';
import { ObservedRun } from '../../../contract/runner/run.ts';
import { type Attempt, type Outcome, readOutcomes } from './attempt.ts';
import type { Compose } from './compose.ts';
import type { Host } from './host.ts';
import { leftBehind } from './remains.ts';

/** MiB for a run: some attempts are made by functions that need much before they are refused. */
export const ROOM_MB = 1024;

/** Where attempts are made; known only when the tests run. */
export interface Place {
  readonly host: Host;
  readonly runner: Runner;
}

/** Named as modules: Deno applies no source maps to CommonJS. */
const MODULES: Readonly<Record<string, string>> = { javascript: 'main.mjs', typescript: 'main.mts' };

export interface AttemptsOptions {
  readonly language: string;
  readonly attempts: readonly Attempt[];
  readonly compose: Compose;
}

/** All attempts go into one run; each then has a test of its own, and what can be seen from outside has one for all. */
export function describeAttemptsAt(
  place: () => Place,
  { language, attempts, compose }: AttemptsOptions,
): void {
  let outcomes: Map<string, Outcome>;
  let run: ObservedRun;

  beforeAll(async () => {
    const { host, runner } = place();
    run = new ObservedRun(runner, language, compose(attempts, host.view), {
      fileName: MODULES[language] ?? 'main.py',
      limits: { memoryMb: ROOM_MB },
    });
    await run.end;
    outcomes = readOutcomes(run.text());
  });

  it.each(attempts)('$name', ({ name, refusal }) => {
    const outcome = outcomes.get(name);
    if (outcome === undefined) throw new Error(`Expected an outcome, got ${run.text()}${run.text('STDERR')}`);
    expect(outcome).toMatchObject({ reached: false, detail: expect.stringContaining(refusal) });
  });

  it('reached nothing that can be seen from outside', async () => {
    const { host } = place();
    expect(await host.damage(run.text() + run.text('STDERR'))).toEqual([]);
    await leftBehind(host.view.dataDir);
  });
}
