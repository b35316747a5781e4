import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { availableParallelism, tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { ConfigError } from '../../config-error.ts';
import type { Limits } from '../../executions/execution.ts';
import type { Runner } from '../../executions/runner.ts';
import type { Logger } from '../../executions/telemetry.ts';
import { joinedPython } from '../kubernetes/launchers/source.ts';
import type { Language } from '../languages/language.ts';
import { LANGUAGES } from '../languages/languages.ts';
import { runtimeOf } from '../languages/runtimes.ts';
import { nodeCells } from '../local/cells/javascript/source.ts';
import { pythonCells } from '../local/cells/python/source.ts';
import { LiveSandboxes } from '../local/live-sandboxes.ts';
import { LocalRunner } from '../local/runner.ts';
import { openControlGroups } from '../local/starter/control-groups.ts';
import { Starter } from '../local/starter/starter.ts';
import { SANDBOX_PACE, starting } from '../local/starting.ts';
import { Pool } from '../pool/pool.ts';
import type { Pace } from '../pool/pool-options.ts';
import { Caches } from './caches.ts';
import { openNativeJail } from './jail.ts';
import { JAVASCRIPT_CELLS, launcherCommand, NATIVE_LAUNCHERS, type NativeLauncher } from './launchers.ts';
import { compilePython, describePython, findPython, type Python } from './python.ts';
import { NativeSandbox } from './sandbox.ts';
import { NativeSessions } from './session/sessions.ts';
import { checkCommands, findTools, listPackages, makesPipes } from './tools.ts';

export interface NativeRunnerOptions {
  /** Where the runner's own files lie; `:memory:` uses a temporary directory. */
  readonly dataDir: string;
  /** Ready sandboxes kept, by launcher: `python`, `javascript`, `shell` (every other language); 0 when not named. */
  readonly warm: { readonly [launcher: string]: number };
  readonly defaultLimits: Limits;
  readonly maximumLimits: Limits;
  readonly logger: Logger;
  /** A Python interpreter, absolute; null: `/usr/bin/python3`. */
  readonly python?: string | null;
  /** A directory of cgroup v2, absolute, that control groups are made in; `own`: this process's own; null: there are none. */
  readonly cgroup?: string | null;
  /** The table; default: the one that comes with Podline. */
  readonly languages?: readonly Language[];
}

/** MiB of private memory a process may map beyond the greatest limit, so that what is sampled comes first. */
const MARGIN_MB = 2048;

/**
 * An interpreter is started in some 15 ms of processor time: who runs one program after the other waits for one, and is not to.
 * What one loads while nobody is about takes as long again.
 */
const PACE: Pace = { ...SANDBOX_PACE, refillAfterMs: 5, prepareAfterMs: 200 };

const NOTES = [
  'cpuMillis is not enforced: programs share the processors of this machine and give way to the server.',
  'A program has no network and sees none of this machine but its tools in /usr.',
];
const GROUPED =
  'The kernel bounds memory and the number of processes and threads, and counts processor time (cgroup v2).';
const SAMPLED =
  'Memory, processes and threads are sampled every 25 ms: a program may exceed its limit for so long.';

const NO_INPUT = 'stdinOpen is refused: the shell of this machine makes no pipe of a here-document.';

/**
 * Opens the native host: programs are processes of this machine, in a jail of bubblewrap. It makes one jail, asks in it for
 * the version of every language's tool, and offers those that answer.
 * @throws ConfigError with a sentence when a jail cannot be made here, or the named Python does not run
 */
export async function openNativeRunner(options: NativeRunnerOptions): Promise<Runner> {
  const { warm, defaultLimits, maximumLimits, logger, languages = LANGUAGES } = options;
  const opened = new AsyncDisposableStack();
  try {
    const isTemporary = options.dataDir === ':memory:';
    const dataDir = isTemporary
      ? mkdtempSync(join(tmpdir(), 'podline-'))
      : resolve(options.dataDir, 'native');
    mkdirSync(dataDir, { recursive: true, mode: 0o700 });
    if (isTemporary) opened.defer(() => rmSync(dataDir, { recursive: true, force: true }));
    const python = await findPython(options.python ?? null);
    const launcherFile = python && (await write(dataDir, python, 'launcher.py', joinedPython(LAUNCHER)));
    const cellsFile = python && (await write(dataDir, python, 'cells.py', pythonCells()));
    const nodeCellsFile = join(dataDir, JAVASCRIPT_CELLS);
    writeFileSync(nodeCellsFile, nodeCells());
    const jail = await openNativeJail({ directory: dataDir, python, launcherFile, cellsFile, nodeCellsFile });
    await checkCommands(jail, languages);
    const [tools, packages, takesInput] = await Promise.all([
      findTools(jail, languages, python),
      listPackages(jail, python),
      makesPipes(jail),
    ]);
    if (options.python && !tools.some(({ language }) => language.launcher === 'python')) {
      throw new ConfigError(
        `NATIVE_PYTHON: expected an interpreter that runs in a sandbox, got ${options.python}`,
      );
    }
    const caches = opened.use(new Caches({ jail, tools, logger }));
    const names = new Map(languages.map((language) => [language.name, language]));
    const groups = openGroups(options.cgroup ?? null);
    const starter = opened.use(new Starter(groups));
    starter.prepare();
    const live = opened.use(new LiveSandboxes<NativeSandbox>());
    const warmUp = [
      ...new Set(languages.flatMap((language) => (language.launcher === 'python' ? language.warmUp : []))),
    ];
    const dataMb = maximumLimits.memoryMb + MARGIN_MB;

    const open = (launcher: NativeLauncher): Pool<NativeSandbox> => {
      const command = jail.command(launcherCommand(launcher, { python: python?.file ?? '', dataMb, warmUp }));
      const isOffered = tools.some(({ language }) => launcherOf(language) === launcher);
      return new Pool({
        launcher,
        noun: 'sandbox',
        size: isOffered ? (warm[launcher] ?? 0) : 0,
        start() {
          const sandbox = live.add((onExit) => {
            return new NativeSandbox({
              launcher,
              starter,
              command,
              env: jail.env,
              language: (name) => recordOf(names, name),
              onExit,
            });
          });
          return sandbox && starting(sandbox);
        },
        pace: PACE,
        logger,
      });
    };
    const pools = new Map(NATIVE_LAUNCHERS.map((launcher) => [launcher, open(launcher)]));
    live.onRoom = () => {
      for (const pool of pools.values()) pool.reconcile();
    };
    const sessions = opened.use(
      new NativeSessions({
        languages: tools.map(({ language }) => language),
        jail,
        starter,
        directory: dataDir,
        python: python?.file ?? null,
        dataMb,
      }),
    );
    const release = opened.move();
    return new LocalRunner({
      kind: 'native',
      runtimes: tools.map(({ language, version }) =>
        runtimeOf(language, {
          version,
          packages: language.launcher === 'python' ? packages : [],
          takesInput,
          leavesFiles: true,
          canInterrupt: true,
          notes: [
            ...NOTES,
            groups === null ? SAMPLED : GROUPED,
            `Isolated by ${jail.description}.`,
            ...(takesInput ? [] : [NO_INPUT]),
            ...(language.launcher === 'python' ? describePython(python) : []),
          ],
          defaults: defaultLimits,
          maximums: maximumLimits,
        }),
      ),
      isolation: jail.description,
      warning: null,
      defaultMaxRunning: Math.max(2, availableParallelism() * 2),
      pools: [...pools.values()],
      poolOf: (language) => pools.get(launcherOf(recordOf(names, language))) as Pool<NativeSandbox>,
      write(sandbox, request) {
        caches.use(request.language);
        sandbox.write(request);
      },
      sessions,
      release: () => release.disposeAsync(),
    });
  } catch (cause) {
    await opened.disposeAsync();
    throw cause;
  }
}

function openGroups(named: string | null): string | null {
  try {
    return named === null ? null : openControlGroups(named);
  } catch (cause) {
    throw new ConfigError(`NATIVE_CGROUP: ${cause instanceof Error ? cause.message : String(cause)}`, {
      cause,
    });
  }
}

function launcherOf({ launcher }: Language): NativeLauncher {
  return launcher ?? 'shell';
}

function recordOf(languages: ReadonlyMap<string, Language>, name: string): Language {
  const language = languages.get(name);
  if (language === undefined) throw new Error(`Expected a language with a record, got ${name}`);
  return language;
}

const LAUNCHER = [
  ...['start.py', 'interrupts.py', 'preloaded.py', 'stage.py'].map(
    (name) => new URL(`../kubernetes/launchers/python/${name}`, import.meta.url),
  ),
  new URL('support/launcher.py', import.meta.url),
];

/**
 * A program of ours in Python, in one file, compiled: to compile it at each start would take half as long as all else that one
 * does.
 */
function write(directory: string, python: Python, name: string, text: string): Promise<string> {
  const file = join(directory, name);
  writeFileSync(file, text);
  return compilePython(python, file);
}
