import type { RunRequest } from '../../executions/run.ts';
import { commandFor } from './commands.ts';
import type { Language } from './language.ts';

/** What a compile step tells when it has ended, before its exit code. */
export const COMPILED = 'compiled ';
/** The descriptor that it tells it on. */
const REPORT = 3;

/** How a script finds its host. */
export interface ScriptHost {
  /** Where a compiler leaves what it makes. */
  readonly output: string;
  /** The descriptor by which the word comes that the program may start; `REPORT` itself where that goes both ways. */
  readonly reply: number;
  /** The descriptor of a stdin that stays open, which is the script's own otherwise; null: it is that anyway. */
  readonly stdin: number | null;
  /** Descriptors that nothing of a program has. */
  readonly closed: readonly number[];
}

/**
 * What a shell runs in a sandbox: it compiles where the language has it so, tells its host how that ended and waits for the
 * host's word, and becomes the program.
 */
export function startScript(
  language: Language,
  request: Pick<RunRequest, 'fileName' | 'args' | 'payload'>,
  { output, reply, stdin, closed }: ScriptHost,
): string {
  const { compile, run, env } = language.commands;
  const close = reply === REPORT ? `${REPORT}<&-` : `${REPORT}>&- ${reply}<&-`;
  const lines = [
    ...(stdin === null ? [] : [`exec <&${stdin}`]),
    ...closed.map((descriptor) => `exec ${descriptor}<&-`),
    ...Object.entries(env).map(([name, value]) => `export ${name}=${quote(value)}`),
  ];
  if (compile !== null) {
    const command = commandFor(compile, language, request, output).map(quote).join(' ');
    lines.push(
      // What a compiler has to say is about the program, not of it.
      `${command} ${close} </dev/null 1>&2`,
      'code=$?',
      `printf '${COMPILED}%s\\n' "$code" >&${REPORT}`,
      // One that has failed is ended from outside.
      `IFS= read -r line <&${reply} || exit "$code"`,
    );
  }
  // By `env`, since shells have variables of their own that take no other value.
  const variables = request.payload.env.map(({ name, value }) => `${name}=${value}`);
  const words = [
    ...(variables.length === 0 ? [] : ['env', ...variables]),
    ...commandFor(run, language, request, output),
    ...request.args,
  ];
  lines.push(`exec ${close}`, `exec ${words.map(quote).join(' ')}`);
  return `${lines.join('\n')}\n`;
}

/** A word of a shell that stands for itself. */
export function quote(text: string): string {
  return `'${text.replaceAll("'", `'\\''`)}'`;
}
