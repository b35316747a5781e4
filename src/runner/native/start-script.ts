import type { RunRequest } from '../../executions/runner.ts';
import type { Language } from '../languages/language.ts';
import { commandFor } from './commands.ts';
import { STDIN_PIPE } from './launchers.ts';

/** What a compile step writes to the server when it has ended, before the code. */
export const COMPILED = 'compiled ';

/**
 * What the shell in a sandbox reads: it compiles where the language has it so, tells the server how that ended and waits for
 * its word, and becomes the program.
 */
export function startScript(language: Language, request: RunRequest): string {
  const { compile, run, env } = language.commands;
  const stdin = request.input.isOpen ? `<&${STDIN_PIPE} ` : '';
  const lines = [
    `exec ${stdin}${STDIN_PIPE}<&-`,
    ...Object.entries(env).map(([name, value]) => `export ${name}=${quote(value)}`),
  ];
  if (compile !== null) {
    const command = commandFor(compile, language, request).map(quote).join(' ');
    lines.push(
      // What a compiler has to say is about the program, not of it.
      `${command} 3<&- </dev/null 1>&2`,
      'code=$?',
      `printf '${COMPILED}%s\\n' "$code" >&3`,
      // One that has failed is ended from outside.
      'IFS= read -r line <&3 || exit "$code"',
    );
  }
  // By `env`, since shells have variables of their own that take no other value.
  const variables = request.payload.env.map(({ name, value }) => `${name}=${value}`);
  const words = [
    ...(variables.length === 0 ? [] : ['env', ...variables]),
    ...commandFor(run, language, request),
    ...request.args,
  ];
  lines.push('exec 3<&-', `exec ${words.map(quote).join(' ')}`);
  return `${lines.join('\n')}\n`;
}

/** A word of a shell that stands for itself. */
function quote(text: string): string {
  return `'${text.replaceAll("'", `'\\''`)}'`;
}
