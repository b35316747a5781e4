import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll } from 'vitest';
import type { Limits } from '../../../src/executions/execution.ts';
import type { Runner } from '../../../src/executions/runner.ts';
import { openEmbeddedRunner } from '../../../src/runner/embedded/open.ts';
import { ObservedRun, type RunOptions } from '../../contract/runner/run.ts';
import { LIMITS, MAXIMUM_LIMITS, silentLogger } from './limits.ts';

export interface JavascriptRunner {
  readonly dataDir: () => string;
  readonly runner: () => Runner;
  run(code: string, options?: RunOptions): ObservedRun;
}

/** An embedded runner for the tests of one file, without Python, so that no snapshot has to be made. */
export function useJavascriptRunner(maximumLimits: Limits = MAXIMUM_LIMITS): JavascriptRunner {
  let dataDir: string;
  let runner: Runner;
  beforeAll(async () => {
    dataDir = mkdtempSync(join(tmpdir(), 'podline-runner-'));
    runner = await openEmbeddedRunner({
      dataDir,
      warm: { javascript: 2 },
      defaultLimits: LIMITS,
      maximumLimits,
      logger: silentLogger,
    });
  });
  afterAll(async () => {
    await runner[Symbol.asyncDispose]();
    rmSync(dataDir, { recursive: true, force: true });
  });
  return {
    dataDir: () => dataDir,
    runner: () => runner,
    run: (code, options) => new ObservedRun(runner, 'javascript', code, options),
  };
}
