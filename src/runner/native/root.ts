import { existsSync, lstatSync, mkdirSync, readlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { deviceArguments } from '../local/jail/devices.ts';

/** The program's directory inside; it can be written. */
export const PROGRAM = '/program';
/** What is ours inside, read-only. */
export const OURS = '/podline';
/** Inside: the program's stdin, what it is started by, and what a compiler makes. */
export const RUN = '/run';
export const STDIN_FILE = `${RUN}/stdin`;
export const START_FILE = `${RUN}/start`;
export const OUTPUT = `${RUN}/output`;

const MiB = 1024 * 1024;
/** Bytes of the file systems in memory. All that they hold counts as the program's memory besides. */
const SIZES: { readonly [directory: string]: number } = {
  [PROGRAM]: 512 * MiB,
  '/tmp': 512 * MiB,
  '/dev/shm': 256 * MiB,
  [RUN]: 128 * MiB,
};
/** The file systems in memory that a program may write to. */
export const IN_MEMORY: readonly string[] = Object.keys(SIZES);

/** For `/dev` itself: it holds a few names. */
const DEV_BYTES = 64 * 1024;
const DEVICE_LINKS = [
  ['/proc/self/fd', '/dev/fd'],
  ['/proc/self/fd/0', '/dev/stdin'],
  ['/proc/self/fd/1', '/dev/stdout'],
  ['/proc/self/fd/2', '/dev/stderr'],
] as const;

/** Folders of tools beside /usr, which systems that have merged them link into it. */
const MERGED = ['/bin', '/sbin', '/lib', '/lib32', '/lib64', '/libx32'];
/** What tools read of /etc: where libraries and alternatives are, how interpreters are set up, time, certificates of others. */
const SETTINGS = [
  'ld.so.cache',
  'ld.so.conf',
  'ld.so.conf.d',
  'alternatives',
  'localtime',
  'timezone',
  'mime.types',
  'magic',
  'fonts',
  'ssl/openssl.cnf',
  'ssl/certs',
  'perl',
  'php',
  'R',
  'lua',
  'python3',
];
/** As above, those whose name goes on: `java-17-openjdk`. */
const JAVA = Array.from({ length: 40 }, (_, version) => `java-${version}-openjdk`);

/** Where commands are looked for inside. */
export const PATH = `${OURS}/bin:/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin:/usr/local/go/bin`;
/** The account inside. */
export const USER = 'program';

/**
 * bubblewrap's arguments for the root file system of every sandbox: this system's tools read-only, an /etc of what those
 * need and names that say nothing of this machine, and bounded file systems in memory to write to.
 * @param directory a directory of the server's own, absolute, for the files of that /etc and devices
 * @param own files and directories of this machine that appear below `OURS`, by their names there
 * @param more directories that appear under their own paths
 * @throws Error what the file system does, or with a sentence when there can be no devices
 */
export function rootArguments(
  directory: string,
  own: { readonly [name: string]: string },
  more: readonly string[],
): string[] {
  return [
    ...['--ro-bind', '/usr', '/usr'],
    ...MERGED.flatMap(merged),
    ...[...SETTINGS, ...JAVA].flatMap((name) => ['--ro-bind-try', `/etc/${name}`, `/etc/${name}`]),
    ...accounts(directory),
    ...Object.entries(own).flatMap(([name, path]) => ['--ro-bind', path, `${OURS}/${name}`]),
    ...['--proc', '/proc'],
    ...['--size', String(DEV_BYTES), '--tmpfs', '/dev'],
    ...deviceArguments(directory, ['null', 'zero', 'full', 'random', 'urandom']),
    ...DEVICE_LINKS.flatMap(([target, link]) => ['--symlink', target, link]),
    ...IN_MEMORY.flatMap((path) => ['--perms', '1777', '--size', String(SIZES[path]), '--tmpfs', path]),
    // After those, one of which it may lie below.
    ...more.flatMap((path) => ['--ro-bind', path, path]),
    // Where the server is root, its sandboxes are root to the kernel's own settings in /proc/sys.
    ...['--remount-ro', '/proc', '--remount-ro', '/dev', '--remount-ro', '/'],
    ...['--chdir', PROGRAM],
  ];
}

function merged(path: string): string[] {
  if (!existsSync(path)) return [];
  return lstatSync(path).isSymbolicLink()
    ? ['--symlink', readlinkSync(path), path]
    : ['--ro-bind', path, path];
}

/** Programs ask who they are; what they are told stands in files that name nobody of this machine. */
function accounts(directory: string): string[] {
  const folder = join(directory, 'etc');
  mkdirSync(folder, { recursive: true });
  const files = {
    passwd: `root:x:0:0:root:/root:/bin/sh\n${USER}:x:1000:1000::${PROGRAM}:/bin/sh\nnobody:x:65534:65534::/:/bin/false\n`,
    group: `root:x:0:\n${USER}:x:1000:\nnogroup:x:65534:\n`,
    hosts: '127.0.0.1 localhost podline\n::1 localhost\n',
    'nsswitch.conf': 'passwd: files\ngroup: files\nhosts: files\n',
  };
  return Object.entries(files).flatMap(([name, text]) => {
    writeFileSync(join(folder, name), text);
    return ['--ro-bind', join(folder, name), `/etc/${name}`];
  });
}
