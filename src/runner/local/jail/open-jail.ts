import { execFile } from 'node:child_process';
import { accessSync, constants, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { ConfigError } from '../../../config-error.ts';
import { bubblewrapJail } from './bubblewrap.ts';
import type { Command, Isolation, Jail } from './jail.ts';
import { landlockCommand, probeLandlock } from './landlock.ts';
import { seccompFilter } from './seccomp.ts';

export interface OpenJailOptions {
  /** Which one; `auto`: the first that works here, of bubblewrap, Landlock and none. */
  readonly isolation: 'auto' | Isolation;
  /** Deno's binary. */
  readonly deno: string;
  /** A directory of the server's own, for the seccomp filter and devices. */
  readonly directory: string;
  /** Whether `auto` may come down to none: where only the user of this machine can submit programs. */
  readonly mayBeNone: boolean;
}

/** Places of the `bwrap` binary: no program or setting of the server's environment decides which one is run. */
const BWRAP_PLACES = [
  '/usr/bin/bwrap',
  '/usr/local/bin/bwrap',
  '/bin/bwrap',
  '/run/current-system/sw/bin/bwrap',
];
/** How long a jail may take to be made once, milliseconds. */
const PROBE_TIMEOUT_MS = 20_000;
/** Longer than any dynamic loader takes, milliseconds. */
const LOADER_TIMEOUT_MS = 10_000;
/** Characters of what bubblewrap said that an error quotes. */
const QUOTED = 300;

/** Said at the start, by `health` and with the languages when there is no jail. */
export const NO_JAIL_WARNING =
  'Programs are not isolated: a program can read every file that the user of this server can read. ' +
  'Install bubblewrap, or run it on a kernel with Landlock (docs/sandbox.md).';

/** No jail: the process sees the host as the server does. For systems that have none, and for tests of what it stops. */
export const noJail: Jail = {
  isolation: 'none',
  description: 'nothing but the permissions of the runtime (no bubblewrap, no Landlock)',
  isJail: false,
  hasScratch: false,
  files: [],
  places: ({ directory }) => ({ directory, locate: (path) => path }),
  wrap: (command) => command,
};

/**
 * Finds out how processes can be shut in here, by making one jail and starting Deno in it.
 * @throws ConfigError with a sentence that says what is missing, when what was asked for does not work
 */
export async function openJail({ isolation, deno, directory, mayBeNone }: OpenJailOptions): Promise<Jail> {
  if (isolation === 'none') return noJail;
  const problems: string[] = [];
  if (isolation !== 'landlock') {
    try {
      return await openBubblewrap(deno, directory);
    } catch (cause) {
      problems.push(cause instanceof Error ? cause.message : String(cause));
    }
  }
  if (isolation !== 'bubblewrap') {
    const version = await probeLandlock(deno);
    if (version !== null) return landlockJail(deno, version);
    problems.push('The kernel has no Landlock, or it is not switched on (Linux 5.13, lsm=landlock).');
  }
  if (isolation === 'auto' && mayBeNone) return noJail;
  const wanted = isolation === 'auto' ? 'bubblewrap or Landlock' : isolation;
  throw new ConfigError(
    `SANDBOX_ISOLATION: expected ${wanted} to work here, got: ${problems.join(' ')} ` +
      'SANDBOX_ISOLATION=none starts without: every program can then read every file that the user of this server can read.',
  );
}

async function openBubblewrap(deno: string, directory: string): Promise<Jail> {
  const bwrap = findBubblewrap();
  const filter = seccompFilter(process.arch);
  const filterFile = filter === null ? null : writeFilter(filter, directory);
  const jail = bubblewrapJail({ bwrap, libraries: await sharedLibraries(deno), filterFile, directory });
  await tryOnce(jail, deno);
  return jail;
}

/**
 * The shared libraries that a program is linked with, and its dynamic loader: asked of that loader itself, which lists
 * them instead of starting the program (ld.so(8), LD_TRACE_LOADED_OBJECTS). Paths as the program asks for them.
 * Throws when the loader cannot find one.
 */
async function sharedLibraries(file: string): Promise<readonly string[]> {
  const { stdout } = await promisify(execFile)(file, [], {
    env: { LD_TRACE_LOADED_OBJECTS: '1' },
    timeout: LOADER_TIMEOUT_MS,
  });
  const missing = /^\s*(\S+) => not found/m.exec(stdout)?.[1];
  if (missing !== undefined) throw new Error(`Expected every library of ${file}, got none for ${missing}`);
  return [...stdout.matchAll(/(?:=> )?(\/\S+) \(0x[0-9a-f]+\)/g)].map(([, path = '']) => path);
}

/** What stands in the way is best told by trying: user namespaces can be refused in many ways. */
async function tryOnce(jail: Jail, deno: string): Promise<void> {
  const contents = { readable: [deno], directory: dirname(deno) };
  const command = { file: jail.places(contents).locate(deno), args: ['--version'] };
  await runInJail(jail.wrap(command, contents), jail.files, { DENO_DIR: '/dev/null/deno' });
}

/** @throws Error with a sentence where there is none */
export function findBubblewrap(): string {
  if (process.platform !== 'linux') throw new Error('bubblewrap exists on Linux only.');
  const bwrap = BWRAP_PLACES.find(isExecutable);
  if (bwrap !== undefined) return bwrap;
  throw new Error('bubblewrap is not installed: expected bwrap in /usr/bin (apt-get install bubblewrap).');
}

/** Where a filter stands for bubblewrap to read. Throws what the file system does. */
export function writeFilter(filter: Buffer, directory: string): string {
  const file = join(directory, 'seccomp.bpf');
  writeFileSync(file, filter, { mode: 0o600 });
  return file;
}

/** How long a command in a jail may take, and what ends it before. */
export interface JailBounds {
  readonly timeoutMs: number;
  readonly signal?: AbortSignal;
}

/**
 * Runs bubblewrap's command with the descriptors that the starter would hand over, and returns what was printed.
 * @throws Error with a sentence that says what it takes, when no jail can be made or its command fails
 */
export async function runInJail(
  { file, args }: Command,
  files: readonly string[],
  env: { readonly [name: string]: string },
  { timeoutMs, signal }: JailBounds = { timeoutMs: PROBE_TIMEOUT_MS },
): Promise<string> {
  const script = `exec 3>/dev/null${files.length > 0 ? ' 4<"$1"' : ''}; shift; exec "$@"`;
  try {
    const { stdout, stderr } = await promisify(execFile)(
      '/bin/sh',
      ['-c', script, 'sh', files[0] ?? '', file, ...args],
      { env, timeout: timeoutMs, ...(signal && { signal }) },
    );
    return stdout + stderr;
  } catch (cause) {
    const said = String((cause as { stderr?: unknown }).stderr ?? cause)
      .trim()
      .slice(0, QUOTED);
    throw new Error(
      `bubblewrap cannot make a jail here: ${said}. It needs user namespaces: most containers refuse them ` +
        '(docs/sandbox.md says what to allow), and so does AppArmor on Ubuntu from 23.10 on ' +
        '(sysctl kernel.apparmor_restrict_unprivileged_userns=0, or a profile for bwrap).',
      { cause },
    );
  }
}

function landlockJail(deno: string, version: number): Jail {
  const seccomp = seccompFilter(process.arch, { hasNamespaces: false });
  return {
    isolation: 'landlock',
    description: `Landlock (version ${version}; no file but the program's and the runtime's can be opened${seccomp === null ? '' : ', seccomp'})`,
    isJail: false,
    hasScratch: false,
    files: [],
    places: noJail.places,
    wrap: (command, { readable, directory, above = [] }) =>
      landlockCommand({ deno, readable: [...readable, directory, ...above], command, seccomp }),
  };
}

function isExecutable(file: string): boolean {
  try {
    accessSync(file, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
