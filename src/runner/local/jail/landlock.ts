import { execFile } from 'node:child_process';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { HERMETIC_FLAGS } from '../deno-flags.ts';
import type { Command } from './jail.ts';

export interface LandlockOptions {
  /** Deno's binary, which builds the wall. */
  readonly deno: string;
  /** Files, and directories with all below them, that the command may read. Each must be there when it starts. */
  readonly readable: readonly string[];
  /** Its file is a path; of files other than it, it may execute only the loader and libraries of `deno`. */
  readonly command: Command;
  /** From `seccompFilter`; null: none. */
  readonly seccomp: Buffer | null;
}

/** What landlock.js gets as its argument. */
interface Wall {
  readonly readable: readonly string[];
  readonly file: string;
  readonly args: readonly string[];
  /** Base64. */
  readonly seccomp: string | null;
}

const SCRIPT = join(dirname(fileURLToPath(import.meta.url)), 'landlock.js');

/** No permission but to call libc. It runs for milliseconds: no code is worth compiling. */
const DENO_ARGS = ['run', ...HERMETIC_FLAGS, '--allow-ffi', SCRIPT];
/** Milliseconds for a probe, also on a machine that is starting many things at once. */
const PROBE_TIMEOUT_MS = 10_000;
/** No directory of Deno's can be made, so it leaves nothing behind. */
const PROBE_ENVIRONMENT = { DENO_DIR: '/dev/null/deno', NO_COLOR: '1' };

/**
 * A command that becomes `command` within a wall of Landlock: it reads only what is given and what Deno itself needs
 * (its binary and libraries, /etc/ld.so.cache, /dev/null, /dev/urandom, its own memory map), writes no file, and where
 * the kernel's version of Landlock has it, neither uses TCP nor reaches processes of outside by signals and abstract
 * sockets. The process keeps its number, arguments, environment, current directory, limits and the descriptors 0 to 2.
 * Without the whole wall it ends with a sentence on stderr and code 1, and `command` does not start.
 */
export function landlockCommand({ deno, readable, command, seccomp }: LandlockOptions): Command {
  const wall: Wall = { readable, ...command, seccomp: seccomp?.toString('base64') ?? null };
  return { file: deno, args: [...DENO_ARGS, JSON.stringify(wall)] };
}

/**
 * The version of the kernel's Landlock of which it has all rights, 10 at most, once a wall was seen to hold; null where
 * there can be none. From 4 on the wall holds for TCP, from 6 for signals and abstract sockets, from 9 for other UNIX
 * sockets, from 10 for UDP. Never rejects.
 */
export async function probeLandlock(deno: string): Promise<number | null> {
  if (process.platform !== 'linux') return null;
  const options = { env: PROBE_ENVIRONMENT, timeout: PROBE_TIMEOUT_MS, killSignal: 'SIGKILL' } as const;
  try {
    const { stdout } = await promisify(execFile)(deno, [...DENO_ARGS, '--probe'], options);
    const version = Number(stdout);
    return Number.isSafeInteger(version) && version > 0 ? version : null;
  } catch {
    return null;
  }
}
