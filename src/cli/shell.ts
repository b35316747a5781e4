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
