import { readFileSync } from 'node:fs';
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
 * with the interpreter works.
 * @throws when a launcher's file cannot be read
 */
export function launcherCommand(launcher: LauncherName): string[] {
  const source = asLiteral(readSource(launcher));
  return [...INTERPRETERS[launcher], source, String(IDLE_MS), String(LINGER_MS)];
}

const INTERPRETERS = {
  python: ['python3', '-E', '-s', '-c'],
  javascript: ['node', '--input-type=module', '-e'],
} as const;

const FILES = { python: 'python.py', javascript: 'node.js' } as const;

const sources = new Map<LauncherName, string>();

function readSource(launcher: LauncherName): string {
  let source = sources.get(launcher);
  if (source === undefined) {
    source = readFileSync(new URL(`../launchers/${FILES[launcher]}`, import.meta.url), 'utf8');
    sources.set(launcher, source);
  }
  return source;
}

/** Kubernetes replaces `$(NAME)` in a command, and `$$` by `$`. */
function asLiteral(text: string): string {
  return text.replaceAll('$', '$$$$');
}
