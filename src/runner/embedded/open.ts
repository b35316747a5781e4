import { mkdtempSync, rmSync } from 'node:fs';
import { availableParallelism, tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import type { Limits } from '../../executions/execution.ts';
import type { Runner } from '../../executions/runner.ts';
import type { Logger } from '../../executions/telemetry.ts';
import type { Language, LauncherName } from '../languages/language.ts';
import { LANGUAGES, launchedLanguages, launcherOf } from '../languages/languages.ts';
import type { Isolation } from '../local/jail/jail.ts';
import { NO_JAIL_WARNING, openJail } from '../local/jail/open-jail.ts';
import { LocalRunner } from '../local/runner.ts';
import { Starter } from '../local/starter/starter.ts';
import { SANDBOX_PACE } from '../local/starting.ts';
import { Pool } from '../pool/pool.ts';
import { Directories } from './directories.ts';
import { javascriptLauncher, pythonLauncher } from './launchers.ts';
import { findPackages } from './packages.ts';
import { ensurePythonSnapshot, INSTALLED } from './python/snapshot.ts';
import { describeRuntimes } from './runtimes.ts';
import type { Sandbox } from './sandbox/sandbox.ts';
import { Sandboxes } from './sandboxes.ts';
import { EmbeddedSessions } from './session/sessions.ts';
import { type FindLauncher, startsOf } from './starts.ts';

export interface EmbeddedRunnerOptions {
  /** Where Python's snapshot and the sandboxes' directories lie; `:memory:` uses a temporary directory. */
  readonly dataDir: string;
  /** Ready sandboxes kept: `python`, `javascript`; 0 when not named. */
  readonly warm: { readonly [launcher: string]: number };
  readonly defaultLimits: Limits;
  readonly maximumLimits: Limits;
  readonly logger: Logger;
  /** The table; default: the one that comes with Podline. */
  readonly languages?: readonly Language[];
  /** What shuts programs in; default `auto`: the first that works here. */
  readonly isolation?: 'auto' | Isolation;
  /** Whether `auto` may come down to none; default false. */
  readonly mayBeUnisolated?: boolean;
}

const MAKING_SNAPSHOT = 'Python is being prepared, once after an install; it takes seconds.';

/**
 * Opens the embedded sandbox. It returns at once and gets its sandboxes ready in the background; where the install has
 * made no snapshot of Python, the first start with a data directory does so too, which takes some seconds.
 * Throws when Deno or Pyodide are not installed or the data directory cannot be written.
 * @throws ConfigError when programs cannot be isolated as they have to be
 */
export async function openEmbeddedRunner(options: EmbeddedRunnerOptions): Promise<Runner> {
  const { warm, defaultLimits, maximumLimits, logger, isolation = 'auto', mayBeUnisolated = false } = options;
  const { languages = LANGUAGES } = options;
  const packages = findPackages();
  const isTemporary = options.dataDir === ':memory:';
  const dataDir = isTemporary ? mkdtempSync(join(tmpdir(), 'podline-')) : resolve(options.dataDir);
  if (dataDir.includes(',')) {
    throw new Error(
      `The data directory: expected a path without a comma (Deno parts paths by it), got ${dataDir}`,
    );
  }
  const directories = new Directories(join(dataDir, 'sandboxes'));
  const swept = directories.collectGarbage();
  const starter = new Starter();
  starter.prepare();
  const jail = await openJail({
    isolation,
    deno: packages.denoFile,
    directory: dataDir,
    mayBeNone: mayBeUnisolated,
  }).catch(async (cause: unknown) => {
    await starter[Symbol.asyncDispose]();
    directories[Symbol.dispose]();
    throw cause;
  });
  const heapMb = maximumLimits.memoryMb;
  const sandboxes = new Sandboxes({ directories, memoryMb: heapMb, starter, jail });
  const start = sandboxes.start.bind(sandboxes);
  const closing = new AbortController();
  let snapshot: Promise<string> | null = null;
  const open = (launcher: LauncherName, find: FindLauncher): Pool<Sandbox> =>
    new Pool({
      launcher,
      noun: 'sandbox',
      size: warm[launcher] ?? 0,
      start: startsOf(find, start),
      pace: SANDBOX_PACE,
      logger,
    });
  const python = open('python', async (waitFor) => {
    snapshot = ensurePythonSnapshot({
      dataDir,
      installed: INSTALLED,
      packages,
      onMaking: () => {
        logger.info({ launcher: 'python' }, 'making the snapshot that Python programs start from');
        waitFor(MAKING_SNAPSHOT);
      },
      signal: closing.signal,
    });
    return pythonLauncher(packages, heapMb, await snapshot);
  });
  const javascript = open('javascript', async () => javascriptLauncher(packages, heapMb));
  sandboxes.onRoom = () => {
    javascript.reconcile();
    python.reconcile();
  };

  const pools = { python, javascript };
  const poolOf = (language: string) => pools[launcherOf(languages, language)];
  const sessions = new EmbeddedSessions({
    languages: launchedLanguages(languages).map(({ name }) => name),
    poolOf,
    directories,
    closing: closing.signal,
  });
  return new LocalRunner({
    kind: 'embedded',
    runtimes: describeRuntimes(languages, packages, jail, {
      defaults: defaultLimits,
      maximums: maximumLimits,
    }),
    isolation: jail.description,
    warning: jail.isolation === 'none' ? NO_JAIL_WARNING : null,
    defaultMaxRunning: Math.max(2, availableParallelism() * 2),
    pools: [python, javascript],
    poolOf,
    write: (sandbox, request) => sandbox.writeFiles(request),
    sessions,
    async release() {
      closing.abort('INTERRUPTED');
      await sessions[Symbol.asyncDispose]();
      await sandboxes[Symbol.asyncDispose]();
      await starter[Symbol.asyncDispose]();
      await swept;
      directories[Symbol.dispose]();
      // Its maker writes there until it has given up.
      await snapshot?.catch(() => undefined);
      if (isTemporary) rmSync(dataDir, { recursive: true, force: true });
    },
  });
}
