import { afterAll, beforeAll, describe } from 'vitest';
import type { Runner } from '../../src/executions/runner.ts';
import { describeClosing } from './runner/closing.ts';
import { describeDescription } from './runner/description.ts';
import { describeEndings } from './runner/endings.ts';
import { describeFiles } from './runner/files.ts';
import { describeInputs } from './runner/inputs.ts';
import { describeLiveInput } from './runner/live-input.ts';
import { describeOutput } from './runner/output.ts';
import { PROGRAMS, type Programs } from './runner/programs.ts';

/**
 * What every adapter of `Runner` must do, for each language it has. `open` gives a runner of its own; opening one may be
 * slow, so all tests but those about closing share one.
 *
 * `programs` are those of the languages it has to offer; default: those that a launcher serves.
 *
 * Adapters may differ, and nothing here depends on it, in whether a program that ends by a signal is told as SIGNALLED
 * or by the exit code that stands for it, and in whether `usage` knows processor time and memory.
 */
export function describeRunner(
  name: string,
  open: () => Promise<Runner>,
  programs: readonly Programs[] = PROGRAMS,
): void {
  describe(`runner: ${name}`, () => {
    let runner: Runner;
    beforeAll(async () => {
      runner = await open();
    });
    afterAll(async () => {
      await runner[Symbol.asyncDispose]();
    });

    for (const describeTheme of THEMES) describeTheme(() => runner, programs);
    describeClosing(open);
  });
}

/** One theme of the suite. */
export type Theme = (runner: () => Runner, programs: readonly Programs[]) => void;

const THEMES: readonly Theme[] = [
  describeDescription,
  describeInputs,
  describeLiveInput,
  describeOutput,
  describeEndings,
  describeFiles,
];
