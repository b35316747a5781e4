import { builtinModules } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import type { LauncherName } from '../languages/language.ts';
import { HERMETIC_FLAGS } from '../local/deno-flags.ts';
import type { Command, Places } from '../local/jail/jail.ts';
import type { Packages } from './packages.ts';
import { deepStack } from './sandbox/stack.ts';

/** What gets ready in a process and then runs one program. */
export interface Launcher {
  readonly name: LauncherName;
  /** MiB of private memory it maps without any program; most of it is only reserved. */
  readonly dataMb: number;
  /** KiB of stack its process must have; the server's own when it is not given. */
  readonly stackKb?: number;
  /** Whether the host writes program and files into the sandbox's directory; else they go with the payload. */
  readonly readsFromDirectory: boolean;
  /** Whether it loads more when it is sent an empty line while it waits (launchers/javascript.js). */
  readonly canPrepare: boolean;
  /**
   * How a program is interrupted. `signal`: by SIGINT. `file`: a byte is appended to `INTERRUPTS_FILE` in its directory, which
   * the launcher polls, because a signal reaches no code of a thread that computes or waits; an open stdin comes in
   * frames then (python/input.js), so that a read which waits can be woken.
   */
  readonly interruptsBy: 'signal' | 'file';
  /**
   * Which exit codes above 128 are the program's own, where a jail makes the same codes of signals (../run/endings/process-exit.ts). A
   * Python program cannot raise a signal of the host, so only V8's crashes are signals there.
   */
  isExitCode(code: number): boolean;
  /** Where files that its programs leave are taken from, as its process sees it, in a jail that has such a directory. */
  readonly scratch: string;
  /** Files and directories of the host that its process reads; the first is the binary. */
  readonly readable: readonly string[];
  /**
   * Its process, which starts in the sandbox's own directory, with the paths that it finds things by.
   * @param scratch null where the jail has none
   */
  command(places: Places, scratch: string | null): Command;
}

/** JavaScript writes to the program's own directory; Python has that in its memory, and copies to another one (python/files.js). */
const JAVASCRIPT_SCRATCH = '/program';
const PYTHON_SCRATCH = '/files';

/** In the directory of a sandbox whose launcher is interrupted by a file. */
export const INTERRUPTS_FILE = 'interrupts';

const here = dirname(fileURLToPath(import.meta.url));
const LAUNCHERS = join(here, 'launchers');
const PYTHON = join(here, 'python');
/** What runs cells, shared with other hosts: inside its modules are `#cells/…`. */
const CELLS = join(here, '../local/cells/javascript');

/**
 * Variables that Deno itself obeys while a program runs, by loading a graphics driver or reading certificates: what a
 * program sets there would make it open files of the host. It can neither see nor set them.
 */
const CONTROLLING_VARIABLES = [
  'DENO_WEBGPU_BACKEND',
  'DENO_CERT',
  'DENO_TLS_CA_STORE',
  'NODE_EXTRA_CA_CERTS',
  'NODE_USE_SYSTEM_CA',
  'SSL_CERT_FILE',
  'SSL_CERT_DIR',
  'SSLKEYLOGFILE',
];

/** Permissions are added by launcher; there is none that connects or starts anything. */
const DENO_FLAGS = [
  'run',
  ...HERMETIC_FLAGS,
  '--deny-import',
  `--ignore-env=${CONTROLLING_VARIABLES.join()}`,
];

/** Node lets its own modules be imported by their bare names; Deno does so only along with npm packages. */
const NODE_MODULES = Object.fromEntries(
  builtinModules
    .filter((name) => !name.startsWith('_') && !name.startsWith('node:'))
    .map((name) => [name, `node:${name}`]),
);

function importMap(locate: Places['locate'], modules: { readonly [name: string]: string } = {}): string {
  const imports = { ...modules, '#cells/': `${pathToFileURL(locate(CELLS))}/` };
  return `--import-map=data:application/json,${encodeURIComponent(JSON.stringify({ imports }))}`;
}

/** SIGILL, SIGTRAP, SIGBUS and SIGSEGV; SIGABRT's 134 is what the interpreter itself exits with when it gives up. */
const V8_CRASHES: ReadonlySet<number> = new Set([132, 133, 135, 139]);

/** MiB that V8 reserves for code and heaps before a program runs: 540 on Linux, and what threads add. */
const DENO_DATA_MB = 768;

/** JavaScript and TypeScript. `heapMb`: the highest memory a program may be given, MiB. */
export function javascriptLauncher(packages: Packages, heapMb: number): Launcher {
  return {
    name: 'javascript',
    dataMb: DENO_DATA_MB,
    readsFromDirectory: true,
    canPrepare: true,
    interruptsBy: 'signal',
    isExitCode: () => false,
    scratch: JAVASCRIPT_SCRATCH,
    readable: [packages.denoFile, LAUNCHERS, CELLS],
    command: ({ directory, locate }, scratch) => ({
      file: locate(packages.denoFile),
      args: [
        ...DENO_FLAGS,
        importMap(locate, NODE_MODULES),
        `--v8-flags=--max-old-space-size=${heapMb}`,
        '--allow-env',
        // Given up before a program runs.
        '--allow-sys',
        allowRead(directory),
        ...allowWrite(scratch),
        locate(join(LAUNCHERS, 'javascript.js')),
      ],
    }),
  };
}

/** Python, from the snapshot in `snapshotFile`. The launcher gives up its permission to read before the program starts. */
export function pythonLauncher(packages: Packages, heapMb: number, snapshotFile: string): Launcher {
  const stack = deepStack();
  const v8Flags = [`--max-old-space-size=${heapMb}`, ...(stack ? [`--stack-size=${stack.usableKb}`] : [])];
  return {
    name: 'python',
    dataMb: DENO_DATA_MB + 256 + (stack?.dataMb ?? 0),
    ...(stack ? { stackKb: stack.processKb } : {}),
    readsFromDirectory: false,
    canPrepare: false,
    interruptsBy: 'file',
    isExitCode: (code) => !V8_CRASHES.has(code),
    scratch: PYTHON_SCRATCH,
    readable: [packages.denoFile, LAUNCHERS, CELLS, PYTHON, packages.pyodideDirectory, snapshotFile],
    command: ({ directory, locate }, scratch) => ({
      file: locate(packages.denoFile),
      args: [
        ...DENO_FLAGS,
        importMap(locate),
        `--v8-flags=${v8Flags.join()}`,
        allowRead(locate(packages.pyodideDirectory), locate(snapshotFile), `${directory}/${INTERRUPTS_FILE}`),
        ...allowWrite(scratch),
        locate(join(LAUNCHERS, 'python.js')),
        locate(packages.pyodideDirectory),
        locate(snapshotFile),
        `${directory}/${INTERRUPTS_FILE}`,
        scratch ?? '',
        ...(stack ? [String(stack.usableKb)] : []),
      ],
    }),
  };
}

/** Deno writes to no file but those below. */
function allowWrite(scratch: string | null): string[] {
  return scratch === null ? [] : [`--allow-write=${scratch}`];
}

/** Throws for a path with a comma: Deno would take it for several, and there is no way to quote it. */
function allowRead(...paths: readonly string[]): string {
  for (const path of paths) {
    if (path.includes(',')) throw new Error(`Expected a path without a comma, got ${path}`);
  }
  return `--allow-read=${paths.join(',')}`;
}
