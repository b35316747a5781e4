import { execFileSync } from 'node:child_process';
import { chownSync, closeSync, lstatSync, mkdirSync, openSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';

/** Major and minor numbers, which are the same on every Linux. */
const NUMBERS = {
  null: [1, 3],
  zero: [1, 5],
  full: [1, 7],
  random: [1, 8],
  urandom: [1, 9],
} as const;

/** A device that nothing of the machine can be reached by. */
export type Device = keyof typeof NUMBERS;

/** Owns devices that are made here. Any user but the one whom programs are to the kernel would do. */
const NOBODY = 65_534;

/**
 * bubblewrap's arguments for devices in a jail's /dev. To the kernel a program is the server's user, and whoever owns a file
 * may change its mode and times; no bind mount of a device can be read-only and stay a device. So where the server's user
 * owns those of the machine (root), jails get others, made in `directory`, that somebody else owns.
 * @param directory a directory of the server's own, absolute
 * @throws Error with a sentence when there is no making devices in it
 */
export function deviceArguments(directory: string, names: readonly Device[]): string[] {
  const isOwner = statSync('/dev/null').uid === process.geteuid?.();
  const folder = isOwner ? join(directory, 'dev') : '/dev';
  if (isOwner) {
    mkdirSync(folder, { recursive: true });
    for (const name of names) make(join(folder, name), name);
  }
  return names.flatMap((name) => ['--dev-bind', join(folder, name), `/dev/${name}`]);
}

function make(path: string, name: Device): void {
  try {
    if (!isMade(path)) {
      rmSync(path, { force: true });
      execFileSync('mknod', ['-m', '666', path, 'c', ...NUMBERS[name].map(String)], { stdio: 'pipe' });
      chownSync(path, NOBODY, NOBODY);
    }
    closeSync(openSync(path, 'r'));
  } catch (cause) {
    const problem = cause instanceof Error ? cause.message.trim() : String(cause);
    throw new Error(
      `Expected to make devices in ${path}, got: ${problem}. Run the server as another user than root, or give it a data ` +
        'directory on a file system that is not mounted nodev, and CAP_MKNOD.',
      { cause },
    );
  }
}

/** By an earlier server; its mode is the one that it was made with, since no program owns it. */
function isMade(path: string): boolean {
  const found = lstatSync(path, { throwIfNoEntry: false });
  return found?.isCharacterDevice() === true && found.uid === NOBODY;
}
