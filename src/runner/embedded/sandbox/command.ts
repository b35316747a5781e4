import { accessSync, constants } from 'node:fs';
import type { Command } from '../../local/jail/jail.ts';

/** Bounds of one process that the kernel keeps, whatever the program does. */
export interface ProcessBounds {
  /** MiB of private memory the whole process may map. */
  readonly dataMb: number;
  /** Bytes that one file may get; 0: nothing can be written to any. */
  readonly fileBytes: number;
  /** KiB of its main thread's stack; what the server itself has when it is not given. Becomes every thread's, as address space. */
  readonly stackKb?: number;
}

const OPEN_FILES = 128;
/** What shells count the length of files in. */
const FILE_BLOCK_BYTES = 512;
const SHELL = '/bin/sh';
const SETPRIV_PLACES = ['/usr/bin/setpriv', '/bin/setpriv'];

/**
 * Puts `command` under bounds that hold from its first instruction: no byte into any file, or so many (with the
 * signal ignored, so that a write fails instead of ending the process), no core dump, few open files, bounded memory, and the end of its
 * parent is its end too, where `setpriv` is there to ask the kernel for that (a jail sees to it by itself). The shell
 * replaces itself: the process keeps the number it was started with. On Windows there are no bounds.
 */
export function boundCommand(
  command: Command,
  bounds: ProcessBounds,
  { isJail }: { readonly isJail: boolean },
): Command {
  if (process.platform === 'win32') return command;
  const limits = [
    `ulimit -f ${bounds.fileBytes / FILE_BLOCK_BYTES}`,
    `ulimit -c 0`,
    `ulimit -n ${OPEN_FILES}`,
  ];
  if (bounds.stackKb !== undefined) limits.push(`ulimit -s ${bounds.stackKb}`);
  if (process.platform === 'linux') limits.push(`ulimit -d ${bounds.dataMb * 1024}`);
  const script = `trap '' XFSZ; ${limits.join('; ')}; unset PWD OLDPWD; exec "$@"`;
  return {
    file: SHELL,
    args: ['-c', script, SHELL, ...(isJail ? [] : dieWithParent()), command.file, ...command.args],
  };
}

function dieWithParent(): readonly string[] {
  if (process.platform !== 'linux') return [];
  for (const file of SETPRIV_PLACES) {
    try {
      accessSync(file, constants.X_OK);
      return [file, '--pdeathsig', 'KILL'];
    } catch {
      // Looked for elsewhere; without it the next start ends what is left (directories.ts).
    }
  }
  return [];
}
