import { join } from 'node:path';
import { ConfigError } from '../../config-error.ts';
import { SUPPORT_FILES } from '../languages/start-script.ts';
import { filterArguments, NAMESPACES } from '../local/jail/bubblewrap.ts';
import { findBubblewrap, type JailBounds, runInJail, writeFilter } from '../local/jail/open-jail.ts';
import { seccompFilter } from '../local/jail/seccomp.ts';
import type { ProcessCommand } from '../local/starter/messages.ts';
import { JAVASCRIPT_CELLS, PYTHON_CELLS, PYTHON_LAUNCHER, THREADS } from './launchers.ts';
import type { Python } from './python.ts';
import { CACHES, makeRoot, PATH, PROGRAM, USER } from './root.ts';
import { SESSION } from './session/supervisor.ts';

export interface NativeJailOptions {
  /** A directory of the server's own. */
  readonly directory: string;
  /** Null where there is none. */
  readonly python: Python | null;
  /** Python's launcher, and what runs cells in Python, compiled; null where there is no Python. */
  readonly launcherFile: string | null;
  readonly cellsFile: string | null;
  /** What runs cells in Node. */
  readonly nodeCellsFile: string;
}

/** How sandboxes are made on this machine. */
export interface NativeJail {
  /** One sentence for operators. */
  readonly description: string;
  /** Variables of everything in a sandbox. */
  readonly env: { readonly [name: string]: string };
  /**
   * What starts a sandbox around a command.
   * @param session a session's directory, which the sandbox only reads; default: none
   */
  command(command: readonly string[], session?: string): ProcessCommand;
  /** Runs a command in a sandbox of its own and returns what it printed. @throws when it fails */
  run(command: readonly string[], env: { readonly [name: string]: string }): Promise<string>;
  /** The directory of this machine that sandboxes see as `CACHES`, and cannot write. */
  readonly caches: string;
  /** Runs a command in a sandbox of its own in which it finds a directory of this machine as `CACHES`, to write to. @throws when it fails */
  fill(
    directory: string,
    command: readonly string[],
    env: { readonly [name: string]: string },
    bounds: JailBounds,
  ): Promise<void>;
}

/** @throws ConfigError with a sentence that says what is missing, when no jail can be made here */
export async function openNativeJail({
  directory,
  python,
  launcherFile,
  cellsFile,
  nodeCellsFile,
}: NativeJailOptions): Promise<NativeJail> {
  try {
    const bwrap = findBubblewrap();
    const filter = seccompFilter(process.arch, { isCounted: true });
    if (filter === null) {
      throw new Error(
        `There is no seccomp filter for this processor: expected x64 or arm64, got ${process.arch}.`,
      );
    }
    const filterFile = writeFilter(filter, directory);
    const files = [filterFile];
    const own = {
      copied: {
        ...(launcherFile === null ? {} : { [PYTHON_LAUNCHER]: launcherFile }),
        ...(cellsFile === null ? {} : { [PYTHON_CELLS]: cellsFile }),
        [JAVASCRIPT_CELLS]: nodeCellsFile,
        ...SUPPORT_FILES,
      },
      mounted: { 'bin/node': process.execPath },
    };
    const fixed = [
      ...NAMESPACES,
      ...filterArguments(filterFile),
      ...makeRoot(directory, own, python?.directories ?? []),
    ];
    const env = {
      PATH: python?.folder ? `${python.folder}:${PATH}` : PATH,
      HOME: PROGRAM,
      LANG: 'C.UTF-8',
      LOGNAME: USER,
      TMPDIR: '/tmp',
      USER,
      // Caches of libraries are not files that a program leaves.
      XDG_CACHE_HOME: '/tmp/.cache',
    };
    const caches = join(directory, 'root', CACHES);
    const jail: NativeJail = {
      description: 'bubblewrap (own namespaces with the tools of this machine and no network, seccomp)',
      env,
      command: (command, session) => ({
        file: bwrap,
        args: [...fixed, ...(session === undefined ? [] : ['--ro-bind', session, SESSION]), '--', ...command],
        env,
        directory,
        files,
        isJail: true,
        hasNamedPipes: true,
        // Beside the program's: those of the jail itself.
        processes: THREADS + 4,
      }),
      caches,
      async fill(writable, command, more, bounds) {
        const args = [...fixed, '--bind', writable, CACHES, '--', ...command];
        await runInJail({ file: bwrap, args }, files, { ...env, ...more }, bounds);
      },
      run: (command, more) =>
        runInJail({ file: bwrap, args: [...fixed, '--', ...command] }, files, { ...env, ...more }),
    };
    await jail.run(['true'], {});
    return jail;
  } catch (cause) {
    const problem = cause instanceof Error ? cause.message : String(cause);
    throw new ConfigError(`RUNNER=native: expected bubblewrap to work here, got: ${problem}`, { cause });
  }
}
