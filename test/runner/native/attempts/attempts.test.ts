import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Runner } from '../../../../src/executions/runner.ts';
import { openNativeRunner } from '../../../../src/runner/native/open.ts';
import type { Observation } from '../../../contract/runner/run.ts';
import { type Outcome, readOutcomes } from '../../embedded/attempts/attempt.ts';
import { Host } from '../../embedded/attempts/host.ts';
import { LIMITS, MAXIMUM_LIMITS, silentLogger } from '../../embedded/limits.ts';
import { beginProgram, WAYS } from '../../ways.ts';
import { hasBubblewrap, isHere } from '../here.ts';
import { type AttemptLanguage, LANGUAGES, variablesOf } from './attempt.ts';
import { CAPABILITIES } from './capabilities.ts';
import { attemptsIn, COMPOSE } from './compose.ts';
import { runFreely } from './free.ts';
import { filesOf, leftBehind } from './remains.ts';
import { vitals } from './vitals.ts';

const ALL = Object.entries(CAPABILITIES).flatMap(([capability, attempts]) =>
  attempts.map((attempt) => ({ ...attempt, capability })),
);
const isRoot = process.getuid?.() === 0;

/** What has a cell last until the program ends its process. */
const UNTIL_EXIT: { readonly [language in AttemptLanguage]?: string } = {
  python: '',
  javascript: 'await new Promise(() => {});',
};

function hasCells(language: AttemptLanguage): boolean {
  return UNTIL_EXIT[language] !== undefined;
}

describe.runIf(hasBubblewrap)('what a program attempts', () => {
  let host: Host;
  let runner: Runner;
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
    files = filesOf(host.view.dataDir);
  });

  afterAll(async () => {
    await runner[Symbol.asyncDispose]();
    await host[Symbol.asyncDispose]();
  });

  describe.each(
    LANGUAGES.filter(isHere).flatMap((language) =>
      WAYS.filter((way) => way !== 'as a cell' || hasCells(language)).map((way) => ({ language, way })),
    ),
  )('in $language, $way', ({ language, way }) => {
    const attempts = attemptsIn(language, ALL) as typeof ALL;
    let run: Observation;
    let before: Record<string, unknown>;
    let outcomes: Map<string, Outcome>;

    beforeAll(async () => {
      before = vitals(host.view.directory);
      const env = Object.entries(variablesOf(host.view)).map(([name, value]) => ({ name, value }));
      const code = `${COMPOSE[language](attempts)}${way === 'as a cell' ? UNTIL_EXIT[language] : ''}`;
      const options = { payload: { env }, limits: { timeoutMs: 60_000 }, secret: host.secret };
      await using begun = await beginProgram(way, runner, language, code, options);
      run = begun.run;
      await run.endsBy('EXITED');
      outcomes = readOutcomes(run.text());
    });

    it.each(attempts)('$capability: $name', ({ name }) => {
      const outcome = outcomes.get(name);
      if (outcome === undefined)
        throw new Error(`Expected an outcome, got ${run.text()}${run.text('STDERR')}`);
      expect(outcome).toMatchObject({ reached: false });
    });

    it('reached nothing that can be seen from outside', async () => {
      expect(await host.damage(run.text() + run.text('STDERR'))).toEqual([]);
      expect(vitals(host.view.directory)).toEqual(before);
      await leftBehind(host.view.dataDir, files);
    });
  });
});

describe.runIf(hasBubblewrap)('what the same program attempts without a sandbox', () => {
  describe.each(LANGUAGES.filter(isHere))('in %s', (language) => {
    const attempts = (attemptsIn(language, ALL) as typeof ALL).filter(
      ({ uncontrolled, isRoots }) => uncontrolled === undefined && (isRoot || !isRoots),
    );
    let outcomes: Map<string, Outcome>;
    let host: Host;
    let output: string;

    beforeAll(async () => {
      host = await Host.open();
      output = await runFreely(language, COMPOSE[language](attempts), host.view);
      outcomes = readOutcomes(output);
    });

    afterAll(() => host[Symbol.asyncDispose]());

    it.each(attempts)('$capability: $name', ({ name }) => {
      expect(outcomes.get(name) ?? output).toMatchObject({ reached: true });
    });

    it('what was reached is seen from outside', async () => {
      expect((await host.damage(output)).join()).toMatch(/connections.*signals arrived.*files changed/);
    });
  });
});
