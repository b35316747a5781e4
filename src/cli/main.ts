import { COMMANDS, helpText } from './commands.ts';
import { CommandError, UsageError } from './errors.ts';
import { EXIT_FAILED, EXIT_USAGE, signalExitCode } from './exit-code.ts';
import type { Shell } from './shell.ts';
import { oneLine } from './terminal/one-line.ts';
import { ReaderGoneError } from './terminal/pipe.ts';

/**
 * Runs one command line (without the interpreter and the script) and resolves to the exit code. Expected failures are
 * printed as one line on stderr; any other error is a defect and is thrown.
 */
export async function main(argv: readonly string[], shell: Shell): Promise<number> {
  try {
    return await dispatch(argv, shell);
  } catch (error) {
    if (error instanceof ReaderGoneError) return signalExitCode('SIGPIPE') ?? EXIT_FAILED;
    const isUsage = error instanceof UsageError;
    if (!isUsage && !(error instanceof CommandError)) throw error;
    const hint = isUsage ? ` See "podline ${COMMANDS.has(argv[0] ?? '') ? `${argv[0]} ` : ''}--help".` : '';
    const newline = shell.stderr.atLineStart ? '' : '\n';
    await shell.stderr.write(`${newline}podline: ${oneLine(error.message)}${hint}\n`).catch(() => {});
    return isUsage ? EXIT_USAGE : EXIT_FAILED;
  }
}

async function dispatch(argv: readonly string[], shell: Shell): Promise<number> {
  const [name, ...rest] = argv;
  if (name === '--help' || name === '-h' || name === 'help') {
    await shell.stdout.write(helpText());
    return 0;
  }
  if (name === '--version') {
    const { default: manifest } = await import('../../package.json', { with: { type: 'json' } });
    await shell.stdout.write(`${manifest.version}\n`);
    return 0;
  }
  const entry = COMMANDS.get(name ?? '');
  if (!entry) {
    const expected = [...COMMANDS.keys()].join(', ');
    throw new UsageError(
      `Expected a command (${expected}), got ${name === undefined ? 'none' : JSON.stringify(name)}.`,
    );
  }
  const command = await entry.load();
  // Only the first argument: what follows a file belongs to the program.
  if (rest[0] === '--help' || rest[0] === '-h') {
    await shell.stdout.write(command.help);
    return 0;
  }
  return await command.run(rest, shell);
}
