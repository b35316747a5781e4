import { builtinModules } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Packages } from './packages.ts';
import type { Command } from './sandbox/command.ts';
import { deepStack } from './sandbox/stack.ts';

export type LauncherName = 'python' | 'javascript';

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
  /** `directory` is the sandbox's own, empty at its start and its current directory. */
  command(directory: string): Command;
}

const here = dirname(fileURLToPath(import.meta.url));

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

/**
 * Nothing is downloaded, looked up, asked for or cached: without each of these Deno would do one of them. Permissions
 * are added by launcher; there is none that writes, connects or starts anything.
 */
const DENO_FLAGS = [
  'run',
  '--quiet',
  '--no-remote',
  '--no-npm',
  '--no-config',
  '--no-lock',
  '--no-prompt',
  '--cached-only',
  '--no-code-cache',
  '--no-check',
  '--deny-import',
  `--ignore-env=${CONTROLLING_VARIABLES.join()}`,
];

/** Node lets its own modules be imported by their bare names; Deno does so only along with npm packages. */
const IMPORT_MAP = `data:application/json,${JSON.stringify({
  imports: Object.fromEntries(
    builtinModules
      .filter((name) => !name.startsWith('_') && !name.startsWith('node:'))
      .map((name) => [name, `node:${name}`]),
  ),
})}`;

/** MiB that V8 reserves for code and heaps before a program runs: 540 on Linux, and what threads add. */
const DENO_DATA_MB = 768;

/** JavaScript and TypeScript. `heapMb`: the greatest memory a program may be given, MiB. */
export function javascriptLauncher(packages: Packages, heapMb: number): Launcher {
  return {
    name: 'javascript',
    dataMb: DENO_DATA_MB,
    readsFromDirectory: true,
    canPrepare: true,
    command: (directory) => ({
      file: packages.denoFile,
      args: [
        ...DENO_FLAGS,
        `--import-map=${IMPORT_MAP}`,
        `--v8-flags=--max-old-space-size=${heapMb}`,
        '--allow-env',
        allowRead(directory),
        join(here, 'launchers', 'javascript.js'),
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
    command: () => ({
      file: packages.denoFile,
      args: [
        ...DENO_FLAGS,
        `--v8-flags=${v8Flags.join()}`,
        allowRead(packages.pyodideDirectory, snapshotFile),
        join(here, 'launchers', 'python.js'),
        packages.pyodideDirectory,
        snapshotFile,
        ...(stack ? [String(stack.usableKb)] : []),
      ],
    }),
  };
}

/** Throws for a path with a comma: Deno would take it for several, and there is no way to quote it. */
function allowRead(...paths: readonly string[]): string {
  for (const path of paths) {
    if (path.includes(',')) throw new Error(`Expected a path without a comma, got ${path}`);
  }
  return `--allow-read=${paths.join(',')}`;
}
