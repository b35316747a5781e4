import { becomeProgram, CELLS_FLAGS, WARM_UPS } from '../kubernetes/launchers/node/program.js';
import type { LauncherName } from '../languages/language.ts';
import { PREPARE } from './payload.ts';
import { OURS, START_FILE, STDIN_FILE } from './root.ts';
import { SUPERVISOR } from './session/supervisor.ts';

/** What gets ready in a sandbox: an interpreter that waits, or a shell that starts any other tool. */
export const NATIVE_LAUNCHERS = ['python', 'javascript', 'shell'] as const;
export type NativeLauncher = (typeof NATIVE_LAUNCHERS)[number];

/** The name of Python's launcher below `OURS`. */
export const PYTHON_LAUNCHER = 'launcher.pyc';
/** And of what runs cells in Python, and in JavaScript. */
export const PYTHON_CELLS = 'cells.pyc';
export const JAVASCRIPT_CELLS = 'cells.mjs';

/** Threads and processes that a program may have. */
export const THREADS = 256;
const OPEN_FILES = 1024;
const MiB = 1024 * 1024;
/** Where launchers find the server: what they read from it and tell it. */
export const CONTROL = 3;
/** The pipe that becomes stdin where that stays open. */
export const STDIN_PIPE = 4;
/**
 * Makes it: a real pipe without a name, as shells make them for here-documents. One with a name could not be opened again
 * (/dev/stdin) once its writer is gone, a socket never.
 */
export const MAKE_STDIN_PIPE = `exec ${STDIN_PIPE}<<E
-
E
read -r line <&${STDIN_PIPE}`;

/** What Node is started with for programs, and what those hand to Nodes of their own. */
export const TYPESCRIPT_FLAGS = ['--experimental-transform-types', '--disable-warning=ExperimentalWarning'];

export interface LauncherOptions {
  readonly python: string;
  readonly dataMb: number;
  readonly warmUp: readonly string[];
}

/**
 * The command of a launcher inside the sandbox. It starts with the control socket as stdin, limits what its processes may have,
 * and writes a byte there when it is ready. The program's stdin is a file, which is empty until then, or the pipe when it stays
 * open: both can be opened again by their name. Python does all of that itself: a shell before it would take a millisecond.
 * @param python its interpreter there
 * @param dataMb MiB of private memory that each process may map
 * @param warmUp modules that a ready Python imports beside the usual ones
 */
export function launcherCommand(
  launcher: NativeLauncher,
  { python, dataMb, warmUp }: LauncherOptions,
): string[] {
  switch (launcher) {
    case 'python': {
      const limits = [0, OPEN_FILES, dataMb * MiB, THREADS];
      return [python, '-s', '-E', `${OURS}/${PYTHON_LAUNCHER}`, STDIN_FILE, ...limits.map(String), ...warmUp];
    }
    case 'javascript':
      return inShell(dataMb, 'exec "$@"', [
        ...nodeCommand(dataMb),
        '-e',
        `(${becomeProgram})(${JSON.stringify(WARM_UPS)}, ${JSON.stringify(PREPARE)})`,
      ]);
    case 'shell':
      return inShell(
        dataMb,
        `printf . >&${CONTROL}; IFS= read -r line <&${CONTROL} || exit 0; . ${START_FILE}`,
        [],
      );
  }
}

/** Where an interpreter cannot set its own limits. */
function inShell(dataMb: number, step: string, command: readonly string[]): string[] {
  const lines = [
    ...limits(dataMb),
    `: >${STDIN_FILE}`,
    `exec ${CONTROL}<&0 <${STDIN_FILE}`,
    MAKE_STDIN_PIPE,
    step,
  ];
  return ['/bin/sh', '-c', lines.join('\n'), 'sh', ...command];
}

/** The command of a session's jail: a shell that starts processes (session/script.ts). */
export function sessionCommand(dataMb: number): string[] {
  return ['/bin/sh', '-c', `${limits(dataMb).join('\n')}\n${SUPERVISOR}`];
}

/** The command of an interpreter that runs cells, without its token: the server's frames come as its stdin. */
export function cellsCommand(
  launcher: LauncherName,
  { python, dataMb }: Omit<LauncherOptions, 'warmUp'>,
): string[] {
  if (launcher === 'python') return [python, '-s', '-E', `${OURS}/${PYTHON_CELLS}`];
  return [...FRAMES_ASIDE, ...nodeCommand(dataMb), ...CELLS_FLAGS, `${OURS}/${JAVASCRIPT_CELLS}`];
}

/** Has frames come where Node's part reads them (../local/cells/javascript/node.js), and stdin be empty. */
const FRAMES_ASIDE = ['/bin/sh', '-c', 'exec "$@" 3<&0 </dev/null', 'sh'];

function limits(dataMb: number): string[] {
  return [
    'ulimit -c 0',
    `ulimit -n ${OPEN_FILES}`,
    `ulimit -d ${dataMb * 1024}`,
    // Shells do not agree on the letter.
    `ulimit -u ${THREADS} 2>/dev/null || ulimit -p ${THREADS}`,
  ];
}

function nodeCommand(dataMb: number): string[] {
  return [
    'node',
    `--max-old-space-size=${dataMb}`,
    // A young generation of up to 3 × 64 MiB, as is usual, would be most of a small program's memory.
    '--max-semi-space-size=16',
    ...TYPESCRIPT_FLAGS,
  ];
}
