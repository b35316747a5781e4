import {
  accessSync,
  constants,
  copyFileSync,
  cpSync,
  existsSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readlinkSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { deviceArguments } from '../local/jail/devices.ts';

/** The program's directory inside; it can be written. */
export const PROGRAM = '/program';
/** What is ours inside, read-only. */
export const OURS = '/podline';
/** What tools made once and programs only read, by language. */
export const CACHES = `${OURS}/cache`;
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

const DEVICES = ['null', 'zero', 'full', 'random', 'urandom'] as const;
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
/** As above, those whose name has a version in it. */
const JAVA = /^java-\d+-openjdk$/;

/** Where commands are looked for inside. */
export const PATH = `${OURS}/bin:/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin:/usr/local/go/bin`;
/** The account inside. */
export const USER = 'program';

/** What is ours inside, by its names below `OURS`. */
export interface Own {
  /** Files that are copied. */
  readonly copied: { readonly [name: string]: string };
  /** Files that are mounted, since they are large. */
  readonly mounted: { readonly [name: string]: string };
}

/**
 * Makes the root directory of every sandbox, and returns bubblewrap's arguments for it: this system's tools read-only, an
 * /etc of what those need and names that say nothing of this machine, and bounded file systems in memory to write to. What
 * is small is copied, once: every mount is made and taken down with each sandbox, at some 50 µs of processor time.
 * @param directory a directory of the server's own, absolute, for the root directory, which replaces one made before, and devices
 * @param more directories that appear under their own paths
 * @throws Error what the file system does, or with a sentence when there can be no devices
 */
export function makeRoot(directory: string, own: Own, more: readonly string[]): string[] {
  const root = join(directory, 'root');
  const caches = join(directory, 'caches');
  if (existsSync(join(root, CACHES))) renameSync(join(root, CACHES), caches);
  rmSync(root, { recursive: true, force: true });
  const mount = (path: string): string => makeDirectory(root, path);
  for (const path of ['/usr', '/proc', ...IN_MEMORY, ...more]) mount(path);
  writeSettings(root);
  for (const name of DEVICES) writeFileSync(join(root, 'dev', name), '');
  for (const [target, link] of DEVICE_LINKS) symlinkSync(target, join(root, link));
  mount(`${OURS}/bin`);
  mount(`${OURS}/session`);
  if (existsSync(caches)) renameSync(caches, join(root, CACHES));
  else mount(CACHES);
  for (const [name, file] of Object.entries(own.copied)) copyFileSync(file, join(root, OURS, name));
  for (const name of Object.keys(own.mounted)) writeFileSync(join(root, OURS, name), '');
  const folders = MERGED.filter((path) => existsSync(path));
  for (const path of folders) {
    if (lstatSync(path).isSymbolicLink()) symlinkSync(readlinkSync(path), join(root, path));
    else mount(path);
  }
  const separate = folders.filter((path) => !lstatSync(path).isSymbolicLink());
  return [
    ...['--ro-bind', root, '/', '--ro-bind', '/usr', '/usr'],
    ...separate.flatMap((path) => ['--ro-bind', path, path]),
    ...Object.entries(own.mounted).flatMap(([name, path]) => ['--ro-bind', path, `${OURS}/${name}`]),
    ...['--proc', '/proc'],
    ...deviceArguments(directory, DEVICES),
    ...IN_MEMORY.flatMap((path) => ['--perms', '1777', '--size', String(SIZES[path]), '--tmpfs', path]),
    // After those, one of which it may lie below.
    ...more.flatMap((path) => ['--ro-bind', path, path]),
    // Where the server is root, its sandboxes are root to the kernel's own settings in /proc/sys.
    ...['--remount-ro', '/proc'],
    ...['--chdir', PROGRAM],
  ];
}

function makeDirectory(root: string, path: string): string {
  const directory = join(root, path);
  mkdirSync(directory, { recursive: true });
  return directory;
}

function writeSettings(root: string): void {
  const etc = makeDirectory(root, '/etc');
  const java = readdirSync('/etc').filter((name) => JAVA.test(name));
  for (const name of [...SETTINGS, ...java]) copyReadable(join('/etc', name), join(etc, name));
  for (const [name, text] of Object.entries(ACCOUNTS)) writeFileSync(join(etc, name), text);
}

/** As much of it as this server may read; links lead where they led. */
function copyReadable(from: string, to: string): void {
  if (!isReadable(from)) return;
  mkdirSync(dirname(to), { recursive: true });
  cpSync(from, to, { recursive: true, verbatimSymlinks: true, filter: isReadable });
}

function isReadable(path: string): boolean {
  try {
    const stats = lstatSync(path);
    if (stats.isSymbolicLink()) return true;
    accessSync(path, stats.isDirectory() ? constants.R_OK | constants.X_OK : constants.R_OK);
    return stats.isFile() || stats.isDirectory();
  } catch {
    return false;
  }
}

/** Programs ask who they are; what they are told stands in files that name nobody of this machine. */
const ACCOUNTS = {
  passwd: `root:x:0:0:root:/root:/bin/sh\n${USER}:x:1000:1000::${PROGRAM}:/bin/sh\nnobody:x:65534:65534::/:/bin/false\n`,
  group: `root:x:0:\n${USER}:x:1000:\nnogroup:x:65534:\n`,
  hosts: '127.0.0.1 localhost podline\n::1 localhost\n',
  'nsswitch.conf': 'passwd: files\ngroup: files\nhosts: files\n',
} as const;
