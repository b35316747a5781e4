import { quote } from '../../languages/start-script.ts';
import { PROGRAM } from '../root.ts';
import type { PipeNames } from './pipes.ts';
import { SESSION } from './supervisor.ts';

/** The name of a file that is read as stdin. */
export const STDIN = 'stdin';

export interface ProcessScript {
  readonly name: string;
  readonly pipes: PipeNames;
  /** A folder of the session's directory with a file `STDIN` in the place of the pipe for stdin; null: the pipe. */
  readonly stdin: string | null;
  /** A folder of the session's directory whose files are copied to the working directory before; null: none. */
  readonly files: string | null;
  /** The words of the command. */
  readonly command: readonly string[];
  readonly env: readonly { readonly name: string; readonly value: string }[];
  /** Whether what it prints is about the program and not of it. */
  readonly isCompiler: boolean;
}

/** What a shell reads to become one process of a session. */
export function processScript(script: ProcessScript): string {
  const { name, pipes, stdin, files, command, env, isCompiler } = script;
  const words = [
    ...(env.length === 0 ? [] : ['env', ...env.map((one) => `${one.name}=${one.value}`)]),
    ...command,
  ];
  return [
    `exec <${SESSION}/${stdin === null ? pipes.stdin : `${stdin}/${STDIN}`} ${isCompiler ? '' : `>${SESSION}/${pipes.stdout} `}2>${SESSION}/${pipes.stderr}`,
    ...(isCompiler ? ['exec >&2'] : []),
    `printf 'started ${name} %s\\n' "$$" >&3`,
    'exec 3<&-',
    ...(files === null ? [] : [`cp -Rp ${SESSION}/${files}/. ${PROGRAM}/ || exit 1`]),
    `cd ${PROGRAM} || exit 1`,
    `exec ${words.map(quote).join(' ')}`,
    '',
  ].join('\n');
}
