import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Runner } from '../../../../src/executions/runner.ts';
import { ObservedRun } from '../../../contract/runner/run.ts';
import { type Attempt, type HostView, type Outcome, readOutcomes } from './attempt.ts';
import { CAPABILITIES } from './capabilities.ts';
import { composeJavascript, composeJavascriptInPython, composePython } from './compose.ts';
import { Host } from './host.ts';
import { python } from './python/attempts.ts';
import { leftBehind } from './remains.ts';
import { openRunner } from './runner.ts';

/** MiB for a run: some attempts are made by functions that need much before they are refused. */
const ROOM_MB = 1024;

let host: Host;
let runner: Runner;

beforeAll(async () => {
  host = await Host.open();
  runner = await openRunner({ dataDir: host.view.dataDir, memoryMb: ROOM_MB });
});

afterAll(async () => {
  await runner[Symbol.asyncDispose]();
  await host[Symbol.asyncDispose]();
});

describe.each(Object.entries(CAPABILITIES))('in javascript: %s', (_, attempts) => {
  describeAttempts('javascript', attempts, composeJavascript);
});

describe('in typescript: files', () => {
  describeAttempts('typescript', CAPABILITIES['files'] ?? [], composeJavascript);
});

describe('in python', () => {
  describeAttempts('python', python, composePython);
});

describe.each(Object.entries(CAPABILITIES))(
  'in python, through the JavaScript around it: %s',
  (_, attempts) => {
    describeAttempts('python', attempts, composeJavascriptInPython);
  },
);

/** All attempts go into one run; each then has a test of its own, and what can be seen from outside has one for all. */
function describeAttempts(
  language: string,
  attempts: readonly Attempt[],
  compose: (attempts: readonly Attempt[], host: HostView) => string,
): void {
  let outcomes: Map<string, Outcome>;
  let run: ObservedRun;

  beforeAll(async () => {
    run = new ObservedRun(runner, language, compose(attempts, host.view), { limits: { memoryMb: ROOM_MB } });
    await run.end;
    outcomes = readOutcomes(run.text());
  });

  it.each(attempts)('$name', ({ name, refusal }) => {
    const outcome = outcomes.get(name);
    if (outcome === undefined) throw new Error(`Expected an outcome, got ${run.text()}${run.text('STDERR')}`);
    expect(outcome).toMatchObject({ reached: false, detail: expect.stringContaining(refusal) });
  });

  it('reached nothing that can be seen from outside', async () => {
    expect(await host.damage(run.text() + run.text('STDERR'))).toEqual([]);
    await leftBehind(host.view.dataDir);
  });
}
