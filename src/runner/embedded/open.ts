import { mkdtempSync, rmSync } from 'node:fs';
import { availableParallelism, tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import type { Limits } from '../../executions/execution.ts';
import type { Runner } from '../../executions/runner.ts';
import type { Logger } from '../../executions/telemetry.ts';
import { Directories } from './directories.ts';
import { javascriptLauncher, pythonLauncher } from './launchers.ts';
import { findPackages } from './packages.ts';
import { Pool } from './pool.ts';
import { ensurePythonSnapshot } from './python/snapshot.ts';
import { EmbeddedRunner } from './runner.ts';
import { describeRuntimes } from './runtimes.ts';
import { Sandboxes } from './sandboxes.ts';

export interface EmbeddedRunnerOptions {
  /** Where Python's snapshot and the sandboxes' directories lie; `:memory:` uses a temporary directory. */
  readonly dataDir: string;
  /** Ready sandboxes kept: `python`, `javascript`; 0 when not named. */
  readonly warm: { readonly [launcher: string]: number };
  readonly defaultLimits: Limits;
  readonly maximumLimits: Limits;
  readonly logger: Logger;
}

/**
 * Opens the embedded sandbox. It returns at once and gets its sandboxes ready in the background; the first start with a
 * data directory also makes Python's snapshot, which takes some seconds.
 * Throws when Deno or Pyodide are not installed or the data directory cannot be written.
 */
export async function openEmbeddedRunner(options: EmbeddedRunnerOptions): Promise<Runner> {
  const { warm, defaultLimits, maximumLimits, logger } = options;
  const packages = findPackages();
  const isTemporary = options.dataDir === ':memory:';
  const dataDir = isTemporary ? mkdtempSync(join(tmpdir(), 'podline-')) : resolve(options.dataDir);
  if (dataDir.includes(',')) {
    throw new Error(
      `The data directory: expected a path without a comma (Deno parts paths by it), got ${dataDir}`,
    );
  }
  const directories = new Directories(join(dataDir, 'sandboxes'));
  const swept = directories.sweep();
  const heapMb = maximumLimits.memoryMb;
  const sandboxes = new Sandboxes(directories, heapMb);
  const start = sandboxes.start.bind(sandboxes);
  const closing = new AbortController();
  let snapshot: Promise<string> | null = null;
  const python = new Pool({
    name: 'python',
    size: warm['python'] ?? 0,
    async launcher() {
      snapshot = ensurePythonSnapshot({ dataDir, packages, signal: closing.signal });
      return pythonLauncher(packages, heapMb, await snapshot);
    },
    start,
    logger,
  });
  const javascript = new Pool({
    name: 'javascript',
    size: warm['javascript'] ?? 0,
    launcher: async () => javascriptLauncher(packages, heapMb),
    start,
    logger,
  });
  sandboxes.onRoom = () => {
    javascript.fill();
    python.fill();
  };

  return new EmbeddedRunner({
    runtimes: describeRuntimes(packages, { defaults: defaultLimits, maximums: maximumLimits }),
    defaultMaxRunning: Math.max(2, availableParallelism() * 2),
    pools: { python, javascript },
    async release() {
      closing.abort();
      await sandboxes[Symbol.asyncDispose]();
      await swept;
      directories[Symbol.dispose]();
      // Its maker writes there until it has given up.
      await snapshot?.catch(() => undefined);
      if (isTemporary) rmSync(dataDir, { recursive: true, force: true });
    },
  });
}
