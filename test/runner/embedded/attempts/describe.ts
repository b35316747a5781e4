import { beforeAll, expect, it } from 'vitest';
import type { Runner } from '../../../../src/executions/runner.ts';
import type { Observation } from '../../../contract/runner/run.ts';
import { beginProgram, type Way } from '../../ways.ts';
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

/** What has a cell last until the program ends its process. */
const UNTIL_EXIT = '\nawait (globalThis.untilExit = new Promise(() => {}));';

export interface AttemptsOptions {
  readonly language: string;
  readonly attempts: readonly Attempt[];
  readonly compose: Compose;
  /** Default: by itself. */
  readonly way?: Way;
}

/** All attempts go into one run; each then has a test of its own, and what can be seen from outside has one for all. */
export function describeAttemptsAt(
  place: () => Place,
  { language, attempts, compose, way = 'by itself' }: AttemptsOptions,
): void {
  let outcomes: Map<string, Outcome>;
  let run: Observation;

  beforeAll(async () => {
    const { host, runner } = place();
    const isAsynchronous = way === 'as a cell' && language !== 'python';
    const code = `${compose(attempts, host.view)}${isAsynchronous ? UNTIL_EXIT : ''}`;
    const options = {
      fileName: MODULES[language] ?? 'main.py',
      limits: { memoryMb: ROOM_MB },
      secret: host.secret,
    };
    await using begun = await beginProgram(way, runner, language, code, options);
    run = begun.run;
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
