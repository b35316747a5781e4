import { copyFileSync, mkdirSync } from 'node:fs';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Runner } from '../../../../src/executions/runner.ts';
import { openEmbeddedRunner } from '../../../../src/runner/embedded/open.ts';
import { findPackages } from '../../../../src/runner/embedded/packages.ts';
import { ensurePythonSnapshot } from '../../../../src/runner/embedded/python/snapshot.ts';
import { LIMITS, MAXIMUM_LIMITS, silentLogger } from '../limits.ts';

/** Python's snapshot takes seconds to make; tests keep one between them. */
const SNAPSHOTS = fileURLToPath(new URL('../../../../node_modules/.cache/podline', import.meta.url));

export interface Options {
  readonly dataDir: string;
  /** Ready sandboxes; none by default, so that every process there is belongs to a run. */
  readonly warm?: { readonly [launcher: string]: number };
  /** The greatest memory a program may ask for, MiB. */
  readonly memoryMb?: number;
}

/** The embedded runner as the server opens it, on a data directory that has a snapshot already. */
export async function openRunner({
  dataDir,
  warm = {},
  memoryMb = MAXIMUM_LIMITS.memoryMb,
}: Options): Promise<Runner> {
  const snapshot = await ensurePythonSnapshot({ dataDir: SNAPSHOTS, packages: findPackages() });
  mkdirSync(dataDir, { recursive: true });
  copyFileSync(snapshot, join(dataDir, basename(snapshot)));
  return openEmbeddedRunner({
    dataDir,
    warm,
    defaultLimits: LIMITS,
    maximumLimits: { ...MAXIMUM_LIMITS, memoryMb },
    logger: silentLogger,
  });
}
