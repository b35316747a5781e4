import { type ParseArgsOptionsConfig, parseArgs } from 'node:util';
import { nearestName } from '../nearest-name.ts';
import { UsageError } from './errors.ts';

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
    const message = error.message.split('. ')[0]?.replaceAll('\n', ' ').replace(/\.$/, '');
    const unknown = /^Unknown option '--([^']+)'/.exec(error.message)?.[1];
    const meant = unknown === undefined ? null : nearestName(unknown, Object.keys(options));
    throw new UsageError(`${message}.${meant === null ? '' : ` Did you mean --${meant}?`}`);
  }
}

/** The options that choose the server may stand before the command too: `leading`. */
export function splitLeadingOptions(argv: readonly string[]) {
  let count = 0;
  for (;;) {
    const word = argv[count] ?? '';
    if (/^--(url|api-key)=/.test(word)) count += 1;
    else if (word === '--url' || word === '--api-key') count += 2;
    else break;
  }
  return { leading: argv.slice(0, count), name: argv[count], rest: argv.slice(count + 1) };
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

const MILLISECONDS = { ms: 1, s: 1000, m: 60_000, h: 3_600_000 } as const;

/** `30`, `30s`, `1.5s`, `500ms`, `2m`, `1h` → milliseconds; a bare number counts seconds. @throws UsageError */
export function parseDuration(option: string, text: string): number {
  const match = /^(?<number>\d+(?:\.\d+)?)(?<unit>ms|s|m|h)?$/.exec(text);
  const milliseconds = Math.round(
    Number(match?.groups?.number) * MILLISECONDS[(match?.groups?.unit ?? 's') as keyof typeof MILLISECONDS],
  );
  if (!Number.isSafeInteger(milliseconds) || milliseconds > 2 ** 31 - 1) {
    throw new UsageError(`${option} takes a time such as 30s, 500ms or 2m, got ${JSON.stringify(text)}.`);
  }
  return milliseconds;
}

/** `256`, `256m`, `256MB`, `1g` → MiB; a bare number counts MiB. @throws UsageError */
export function parseMemory(option: string, text: string): number {
  const match = /^(?<number>\d+(?:\.\d+)?)(?<unit>m|g)?(?:i?b)?$/i.exec(text);
  const mebibytes = Number(match?.groups?.number) * (match?.groups?.unit?.toLowerCase() === 'g' ? 1024 : 1);
  if (!Number.isSafeInteger(mebibytes) || mebibytes > 2 ** 31 - 1) {
    throw new UsageError(
      `${option} takes a whole number of MiB such as 256, 256m or 1g, got ${JSON.stringify(text)}.`,
    );
  }
  return mebibytes;
}

/** @throws UsageError unless the text is a whole number from `minimum` to 2,147,483,647 (GraphQL's Int) */
export function parseCount(option: string, text: string, minimum: number): number {
  const value = /^\d+$/.test(text) ? Number(text) : Number.NaN;
  if (!(value >= minimum && value <= 2 ** 31 - 1)) {
    throw new UsageError(`${option} takes a whole number from ${minimum} on, got ${JSON.stringify(text)}.`);
  }
  return value;
}

/** `NAME=value`, split at the first `=`. @throws UsageError */
export function parsePair(option: string, text: string): { name: string; value: string } {
  const at = text.indexOf('=');
  if (at < 1) throw new UsageError(`${option} takes NAME=value, got ${JSON.stringify(text)}.`);
  return { name: text.slice(0, at), value: text.slice(at + 1) };
}

/** As `parsePair`; a bare `NAME` takes the value of this process's own variable. @throws UsageError when that has none */
export function parseEnv(text: string, env: { readonly [name: string]: string | undefined }) {
  if (text.includes('=')) return parsePair('--env', text);
  const value = env[text];
  if (value === undefined) {
    throw new UsageError(
      `--env ${text} takes the value of the variable ${text}, which is not set; write ${text}=value.`,
    );
  }
  return { name: text, value };
}

/** One of `allowed`, written in any case. @throws UsageError */
export function parseChoice<const T extends string>(option: string, text: string, allowed: readonly T[]): T {
  const found = allowed.find((choice) => choice === text.toUpperCase());
  if (!found) {
    const choices = allowed.map((choice) => choice.toLowerCase()).join(', ');
    throw new UsageError(`${option} takes one of ${choices}, got ${JSON.stringify(text)}.`);
  }
  return found;
}
