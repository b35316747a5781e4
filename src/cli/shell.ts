import type { OutputPipe } from './terminal/pipe.ts';

/** What a command sees of the process it runs in; tests give their own. */
export interface Shell {
  readonly env: { readonly [name: string]: string | undefined };
  readonly stdout: OutputPipe;
  readonly stderr: OutputPipe;
  /** File descriptor of stdin. */
  readonly stdin: number;
}

/** One command, in a module of its own so that a start loads no other. */
export interface Command {
  /** Printed by `podline COMMAND --help`. */
  readonly help: string;
  /**
   * Runs with the arguments after the command's name and resolves to the exit code.
   * @throws UsageError, CommandError
   */
  run(argv: readonly string[], shell: Shell): Promise<number>;
}
