import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Runner } from '../../src/executions/runner.ts';
import { describeApart } from './session-host/apart.ts';
import { describeEnds } from './session-host/ends.ts';
import { describeFiles } from './session-host/files.ts';
import { describeJavaScript } from './session-host/javascript.ts';
import { describePython } from './session-host/python.ts';

/**
 * What every host of sessions must do. `open` gives a runner of its own, whose `sessions` is not null; `contexts` are the
 * languages that have named interpreters there, Python among them.
 */
export function describeSessionHost(
  name: string,
  open: () => Promise<Runner>,
  contexts: readonly string[] = ['python', 'javascript', 'typescript'],
): void {
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
      expect(named.map(({ language }) => language).sort()).toEqual([...contexts].sort());
    });

    for (const describeTheme of [
      describePython,
      describeJavaScript,
      describeFiles,
      describeEnds,
      describeApart,
    ]) {
      describeTheme(
        () => runner,
        (language) => contexts.includes(language),
      );
    }
  });
}

/** One theme of the suite. */
export type SessionTheme = (runner: () => Runner, hasContexts: (language: string) => boolean) => void;
