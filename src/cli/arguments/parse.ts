import { type ParseArgsOptionsConfig, parseArgs } from 'node:util';
import { UsageError } from '../errors.ts';

/** Options that every command which talks to a server has. */
export const connectionOptions = {
  url: { type: 'string' },
  'api-key': { type: 'string' },
} as const satisfies ParseArgsOptionsConfig;

/** As `connectionOptions`, for a command's help. */
export const CONNECTION_HELP = `  --url URL         the server; else PODLINE_URL, else http://127.0.0.1:5000
  --api-key KEY     else PODLINE_API_KEY, which other users of this machine cannot see`;

/** @throws UsageError for an unknown option, a missing or a superfluous value */
export function parseOptions<const T extends ParseArgsOptionsConfig>(argv: readonly string[], options: T) {
  try {
    return parseArgs({ args: [...argv], options, allowPositionals: true, strict: true });
  } catch (error) {
    if (!(error instanceof TypeError)) throw error;
    // Node's second sentence tells how to write what nobody meant.
    throw new UsageError(`${error.message.split('. ')[0]?.replaceAll('\n', ' ').replace(/\.$/, '')}.`);
  }
}

/**
 * Splits `[options] FILE [args…]` before FILE: what follows belongs to the program, dashes and all.
 * `own` holds the options; `file` is undefined when there is none.
 */
export function splitAtFile(argv: readonly string[], options: ParseArgsOptionsConfig) {
  const { tokens } = parseArgs({
    args: [...argv],
    options,
    allowPositionals: true,
    strict: false,
    tokens: true,
  });
  const first = tokens.find((token) => token.kind === 'positional');
  if (!first) return { own: argv, file: undefined, rest: [] };
  return { own: argv.slice(0, first.index), file: first.value, rest: argv.slice(first.index + 1) };
}

/** @throws UsageError unless there is exactly one positional argument */
export function onePositional(positionals: readonly string[], name: string): string {
  const [value, ...more] = positionals;
  if (value === undefined || more.length > 0) {
    throw new UsageError(
      `Expected one ${name}, got ${positionals.length === 0 ? 'none' : positionals.join(' ')}.`,
    );
  }
  return value;
}

/** @throws UsageError when there is a positional argument */
export function noPositionals(positionals: readonly string[]): void {
  if (positionals.length > 0) throw new UsageError(`Expected options only, got ${positionals.join(' ')}.`);
}
