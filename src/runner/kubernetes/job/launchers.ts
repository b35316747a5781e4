import { readFileSync } from 'node:fs';
import { deflateSync } from 'node:zlib';
import type { LauncherName } from '../pods/pod.ts';

/** How long a launcher waits for a line before it takes itself for an orphan and exits, milliseconds. */
export const IDLE_MS = 60_000;
/** How long a launcher stays after the end for somebody who still reads, milliseconds. */
export const LINGER_MS = 600_000;

/**
 * What a launcher needs beside the program's own memory, MiB: itself and its waiting interpreter (24 in Python, 42 in
 * Node), the greatest payload while it is decoded (80, 45), 4 of frames held, and what gVisor takes. Measured: with a
 * program of 16 MiB and the greatest payload gVisor ended Python at 96 and Node at 64.
 */
export const LAUNCHER_MEMORY_MB: { readonly [launcher in LauncherName]: number } = {
  python: 128,
  javascript: 192,
};

/**
 * The command of a launcher's container: the interpreter with the launcher's source as an argument, so that any image
 * with the interpreter works. It is packed, as every event of a Job or its pod carries it, to all who watch: some fifteen for
 * each execution.
 * @throws when a launcher's file cannot be read
 */
export function launcherCommand(launcher: LauncherName): string[] {
  return [...INTERPRETERS[launcher], readProgram(launcher), String(IDLE_MS), String(LINGER_MS)];
}

const INTERPRETERS = {
  python: ['python3', '-E', '-s', '-c'],
  javascript: ['node', '--input-type=module', '-e'],
} as const;

const FILES = { python: 'python.py', javascript: 'node.js' } as const;

/** Programs that run what is packed as if it stood in their place. Kubernetes would replace `$(NAME)`: there is none. */
const UNPACK = {
  python: (packed: string) =>
    `# Podline's launcher, src/runner/kubernetes/launchers/python.py\nimport binascii, zlib\nexec(zlib.decompress(binascii.a2b_base64("${packed}")))\n`,
  javascript: (packed: string) =>
    `// Podline's launcher, src/runner/kubernetes/launchers/node.js\nimport { inflateSync } from 'node:zlib';\nawait import('data:text/javascript;base64,' + inflateSync(Buffer.from('${packed}', 'base64')).toString('base64'));\n`,
} as const;

const programs = new Map<LauncherName, string>();

function readProgram(launcher: LauncherName): string {
  let program = programs.get(launcher);
  if (program === undefined) {
    const source = readFileSync(new URL(`../launchers/${FILES[launcher]}`, import.meta.url));
    program = UNPACK[launcher](deflateSync(source, { level: 9 }).toString('base64'));
    programs.set(launcher, program);
  }
  return program;
}
