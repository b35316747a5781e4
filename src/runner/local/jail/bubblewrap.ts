import { copyFileSync, mkdirSync, renameSync, statSync, writeFileSync } from 'node:fs';
import { basename, dirname, isAbsolute, join, sep } from 'node:path';
import { deviceArguments } from './devices.ts';
import type { Command, Jail, JailContents, Places } from './jail.ts';

export interface BubblewrapOptions {
  /** The `bwrap` binary. */
  readonly bwrap: string;
  /** Shared libraries of the runtime and its dynamic loader, under the paths that it asks for them by. */
  readonly libraries: readonly string[];
  /** A file with a seccomp filter; null where there is none for this processor. */
  readonly filterFile: string | null;
  /** A directory of the server's own, absolute. */
  readonly directory: string;
}

/** The program's directory inside. */
const DIRECTORY = '/program';
const DEVICES = ['null', 'urandom'] as const;
/** For /tmp, where nothing has to be written. */
const TEMPORARY_BYTES = 64 * 1024;
/** What is ours inside. */
const OURS = '/podline';
/** Descriptors that the starter hands over: the jail's process 1 is reported on one, the filter read from the other. */
const INFO_DESCRIPTOR = '3';
const FILTER_DESCRIPTOR = '4';

/**
 * A jail of namespaces, made by bubblewrap: users, processes, mounts, network, IPC, host name and cgroups of its own; a
 * root file system that holds the given files and nothing else, read-only; no capability, no way to get one, no new user
 * namespace; it ends with the starter, and everything in it with its process 1.
 * @throws Error with a sentence when there can be no devices in it; what the file system throws when its root cannot be written
 */
export function bubblewrapJail({ bwrap, libraries, filterFile, directory }: BubblewrapOptions): Jail {
  const root = new Root(join(directory, 'jail'), libraries);
  const fixed = [
    ...NAMESPACES,
    ...filterArguments(filterFile),
    ...['--ro-bind', root.path, '/', '--proc', '/proc', '--size', String(TEMPORARY_BYTES), '--tmpfs', '/tmp'],
    ...deviceArguments(directory, DEVICES),
  ];
  return {
    isolation: 'bubblewrap',
    description: 'bubblewrap (own namespaces without files of the host or a network, seccomp)',
    isJail: true,
    hasScratch: true,
    files: filterFile === null ? [] : [filterFile],
    places,
    wrap(command, contents): Command {
      const mounts = contents.readable.flatMap((path) => ['--ro-bind', path, root.placeFor(path)]);
      const { scratch } = contents;
      const own = [
        ...['--ro-bind', contents.directory, DIRECTORY],
        // Over the program's own directory where it is the same.
        ...(scratch === undefined
          ? []
          : ['--size', String(scratch.bytes), '--tmpfs', root.folder(scratch.path)]),
      ];
      return {
        file: bwrap,
        args: [...fixed, ...mounts, ...own, ...LAST, '--', command.file, ...command.args],
      };
    },
  };
}

/** bubblewrap's arguments for namespaces of their own and nothing to get out of them by. The filter comes on top. */
export const NAMESPACES: readonly string[] = [
  '--unshare-user',
  '--unshare-pid',
  '--unshare-net',
  '--unshare-ipc',
  '--unshare-uts',
  '--unshare-cgroup-try',
  '--disable-userns',
  // Names that say nothing of the server's account.
  '--uid',
  '1000',
  '--gid',
  '1000',
  '--hostname',
  'podline',
  '--cap-drop',
  'ALL',
  '--new-session',
  '--die-with-parent',
  '--info-fd',
  INFO_DESCRIPTOR,
];

/** The filter is the first of the files whose descriptors are handed over (starter/messages.ts). */
export function filterArguments(filterFile: string | null): readonly string[] {
  return filterFile === null ? [] : ['--seccomp', FILTER_DESCRIPTOR];
}

/** After everything is in its place. Where the server is root, its jails are root to the kernel's settings in /proc/sys. */
const LAST = ['--remount-ro', '/proc', '--chdir', DIRECTORY];

/**
 * What all jails have as their root: copies of the libraries, and empty places for what is mounted in each. bubblewrap reads
 * its list of mounts again after each mount, so one of a folder costs less than those of the files in it.
 */
class Root {
  readonly path: string;
  readonly #places = new Set<string>();

  constructor(path: string, libraries: readonly string[]) {
    this.path = path;
    for (const place of ['/proc', '/tmp', '/dev', OURS, DIRECTORY]) this.folder(place);
    for (const device of DEVICES) this.#file(`/dev/${device}`);
    for (const library of libraries) this.#copy(library);
  }

  /** A folder in it. */
  folder(place: string): string {
    return this.#make(place, () => mkdirSync(join(this.path, place), { recursive: true }));
  }

  /** Where a file or directory of the host's is mounted. */
  placeFor(path: string): string {
    const place = inside(path);
    if (this.#places.has(place)) return place;
    return statSync(path).isDirectory() ? this.folder(place) : this.#file(place);
  }

  #file(place: string): string {
    return this.#make(place, () => writeFileSync(join(this.path, place), '', { flag: 'a' }));
  }

  #make(place: string, make: () => void): string {
    if (!this.#places.has(place)) make();
    this.#places.add(place);
    return place;
  }

  /** Anew each time, as a new file: a server that runs may have the one from before in use. */
  #copy(library: string): void {
    const file = join(this.path, library);
    mkdirSync(dirname(file), { recursive: true });
    copyFileSync(library, `${file}.${process.pid}`);
    renameSync(`${file}.${process.pid}`, file);
  }
}

function inside(path: string): string {
  return `${OURS}/${basename(path)}`;
}

function places({ readable }: JailContents): Places {
  return {
    directory: DIRECTORY,
    locate(path) {
      const given = readable.find(
        (one) => path === one || path.startsWith(one.endsWith(sep) ? one : one + sep),
      );
      if (given === undefined || !isAbsolute(path))
        throw new Error(`Expected a path that the jail holds, got ${path}`);
      return inside(given) + path.slice(given.endsWith(sep) ? given.length - 1 : given.length);
    },
  };
}
