import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Runner } from '../../src/executions/runner.ts';
import { describeApart } from './session-host/apart.ts';
import { describeEnds } from './session-host/ends.ts';
import { describeFiles } from './session-host/files.ts';
import { describeJavaScript } from './session-host/javascript.ts';
import { describePython } from './session-host/python.ts';

/**
 * What every host of sessions must do. `open` gives a runner of its own, whose `sessions` is not null.
 */
export function describeSessionHost(name: string, open: () => Promise<Runner>): void {
  describe(`sessions: ${name}`, () => {
    let runner: Runner;
    beforeAll(async () => {
      runner = await open();
    });
    afterAll(async () => {
      await runner[Symbol.asyncDispose]();
    });

    test('says which languages have named interpreters', () => {
      const named = runner.sessions?.languages.filter(({ hasContexts }) => hasContexts) ?? [];
      expect(named.map(({ language }) => language).sort()).toEqual(['javascript', 'python', 'typescript']);
    });

    for (const describeTheme of [
      describePython,
      describeJavaScript,
      describeFiles,
      describeEnds,
      describeApart,
    ]) {
      describeTheme(() => runner);
    }
  });
}

/** One theme of the suite. */
export type SessionTheme = (runner: () => Runner) => void;
