import { relative, resolve } from 'node:path';
import type { ParseArgsOptionsConfig } from 'node:util';
import type { OutputPipe } from './terminal/pipe.ts';

/** What a command sees of the process it runs in; tests give their own. */
export interface Shell {
  readonly env: { readonly [name: string]: string | undefined };
  /** How the command was called: `podline`, `npx podline`. */
  readonly self: string;
  readonly stdout: OutputPipe;
  readonly stderr: OutputPipe;
  /** File descriptor of stdin. */
  readonly stdin: number;
}

/** One command, in a module of its own so that a start loads no other. */
export interface Command {
  /** Printed by `podline COMMAND --help`. */
  readonly help: string;
  readonly options: ParseArgsOptionsConfig;
  /**
   * Runs with the arguments after the command's name and resolves to the exit code.
   * @throws UsageError, CommandError
   */
  run(argv: readonly string[], shell: Shell): Promise<number>;
}

/** A command as it is listed before it is loaded. */
export interface CommandEntry {
  readonly usage: string;
  readonly summary: string;
  /** What stands after its options; for completion. */
  readonly argument: 'program' | 'id' | 'shell' | 'none';
  load(): Promise<Command>;
}

/** The folder of the package: a checkout. */
const ROOT = resolve(import.meta.dirname, '../..');

/** How whoever called this command can call it again: npm tells what it runs by its variables. */
export function invocationOf(env: { readonly [name: string]: string | undefined }): string {
  if (env['npm_lifecycle_event'] === 'podline') return 'npm run -s podline --';
  if (env['npm_lifecycle_event'] === 'npx' && env['npm_command'] === 'exec') return 'npx podline';
  return 'podline';
}

/** How a server is started from the folder that the command was called in. */
export function startCommand(folder: string = process.cwd()): string {
  const path = relative(folder, ROOT);
  return path === '' ? 'npm start' : `npm --prefix ${ROOT} start`;
}

/** Text that names `podline COMMAND` as it must be written here: in quotes, or at the start of a line of help. */
export function asInvoked(text: string, self: string): string {
  return self === 'podline' ? text : text.replace(/(^ *|")podline (?=[-a-z])/gm, `$1${self} `);
}
