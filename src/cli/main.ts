import { existsSync } from 'node:fs';
import { nearestName } from '../nearest-name.ts';
import { COMMANDS, helpText, SYNONYMS } from './commands.ts';
import { CommandError, UsageError } from './errors.ts';
import { EXIT_FAILED, EXIT_USAGE, signalExitCode } from './exit-code.ts';
import { splitLeadingOptions } from './options.ts';
import { asInvoked, type Shell } from './shell.ts';
import { freshLine, oneLine } from './terminal/format.ts';
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
    const command = argv.find((word) => COMMANDS.has(word));
    const hint = isUsage ? ` See "podline ${command === undefined ? '' : `${command} `}--help".` : '';
    const text = asInvoked(`${oneLine(error.message)}${hint}`, shell.self);
    await shell.stderr.write(`${freshLine(shell)}podline: ${text}\n`).catch(() => {});
    return isUsage ? EXIT_USAGE : EXIT_FAILED;
  }
}

async function dispatch(argv: readonly string[], shell: Shell): Promise<number> {
  const { leading, name, rest } = splitLeadingOptions(argv);
  if (name === undefined || name === 'help' || isHelp(name)) return await printHelp(rest[0], shell);
  if (name === '--version' || name === '-v' || name === '-V') {
    const { default: manifest } = await import('../../package.json', { with: { type: 'json' } });
    await shell.stdout.write(`${manifest.version}\n`);
    return 0;
  }
  const entry = COMMANDS.get(name);
  if (!entry) throw new UsageError(unknownCommand(name));
  // What follows a file belongs to the program; `run` looks for itself.
  if (isHelp(rest[0]) || (name !== 'run' && rest.some(isHelp))) return await printHelp(name, shell);
  const command = await entry.load();
  return await command.run([...leading, ...rest], shell);
}

/** Of one command, else of all. */
async function printHelp(name: string | undefined, shell: Shell): Promise<number> {
  const text = (await COMMANDS.get(name ?? '')?.load())?.help ?? helpText();
  await shell.stdout.write(asInvoked(text, shell.self));
  return 0;
}

function isHelp(word: string | undefined): boolean {
  return word === '--help' || word === '-h';
}

function unknownCommand(name: string): string {
  const got = `Expected a command (${[...COMMANDS.keys()].join(', ')}), got ${JSON.stringify(name)}.`;
  if (!name.startsWith('-') && existsSync(name)) return `${got} Did you mean "podline run ${name}"?`;
  const meant = SYNONYMS[name] ?? nearestName(name, COMMANDS.keys());
  return meant === null || meant === undefined ? got : `${got} Did you mean "podline ${meant}"?`;
}
