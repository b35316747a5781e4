import type { Runner } from '../../../../src/executions/runner.ts';
import { openEmbeddedRunner } from '../../../../src/runner/embedded/open.ts';
import { preparePython } from '../../../../src/runner/embedded/python/prepare.ts';
import type { Isolation } from '../../../../src/runner/local/jail/jail.ts';
import { LIMITS, MAXIMUM_LIMITS, silentLogger } from '../limits.ts';

export interface Options {
  readonly dataDir: string;
  /** Ready sandboxes; none by default, so that every process there is belongs to a run. */
  readonly warm?: { readonly [launcher: string]: number };
  /** The greatest memory a program may ask for, MiB. */
  readonly memoryMb?: number;
  /** What shuts programs in; `auto`, the default, is what a server finds by itself. */
  readonly isolation?: 'auto' | Isolation;
}

/** The embedded runner as the server opens it, with the snapshot that `npm ci` makes. */
export async function openRunner({
  dataDir,
  warm = {},
  memoryMb = MAXIMUM_LIMITS.memoryMb,
  isolation = 'auto',
}: Options): Promise<Runner> {
  await preparePython();
  return openEmbeddedRunner({
    dataDir,
    warm,
    defaultLimits: LIMITS,
    maximumLimits: { ...MAXIMUM_LIMITS, memoryMb },
    logger: silentLogger,
    isolation,
  });
}
