import { afterAll, beforeAll, describe } from 'vitest';
import type { Runner } from '../../src/executions/runner.ts';
import { BASIC_PROGRAMS } from './runner/basic-programs.ts';
import { describeBasics } from './runner/basics.ts';
import { describeClosing } from './runner/closing.ts';
import { describeDescription } from './runner/description.ts';
import { describeEndings } from './runner/endings.ts';
import { describeFiles } from './runner/files.ts';
import { describeInputs } from './runner/inputs.ts';
import { describeLiveInput } from './runner/live-input.ts';
import { describeOutput } from './runner/output.ts';
import { type BasicPrograms, PROGRAMS, type Programs } from './runner/programs.ts';

export interface RunnerSuiteOptions {
  /** One language of each way that programs are run in. Default: those of the launchers that are made for one. */
  readonly programs?: readonly Programs[];
  /** Of the other languages that it has to offer. Default: TypeScript. */
  readonly basicPrograms?: readonly BasicPrograms[];
}

/**
 * What every adapter of `Runner` must do: the whole suite for one language of each way that it runs programs in, what differs by
 * language for the others. `open` gives a runner of its own; opening one may be slow, so all tests but those about closing share one.
 *
 * Adapters may differ, and nothing here depends on it, in whether a program that ends by a signal is told as SIGNALLED
 * or by the exit code that stands for it, and in whether `usage` knows processor time and memory.
 */
export function describeRunner(
  name: string,
  open: () => Promise<Runner>,
  { programs = PROGRAMS, basicPrograms = BASIC_PROGRAMS }: RunnerSuiteOptions = {},
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
    describeBasics(() => runner, [...programs, ...basicPrograms]);
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
