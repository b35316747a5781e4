import { extname } from 'node:path';
import type { Endpoint } from '../connection/endpoint.ts';
import { RefusedError } from '../connection/operations.ts';
import { request } from '../connection/request.ts';
import { CommandError, UnreachableError, UsageError } from '../errors.ts';
import { graphql } from '../generated/gql.ts';
import { parseDuration, parseMemory } from '../options.ts';
import { formatDuration } from '../terminal/format.ts';
import { LANGUAGE_NAMES } from './input.ts';

const Bounds = graphql(`
  query LanguageBounds {
    runtimes {
      language
      extensions
      minimums {
        timeoutMs
        memoryMb
      }
      maximums {
        timeoutMs
        memoryMb
      }
    }
  }
`);

/** What the user wrote, for what is said of it. */
export interface Written {
  /** The program's file; null when there is none. */
  readonly file: string | null;
  /** As it was submitted. */
  readonly language: string;
  /** The options as they were given. */
  readonly values: {
    readonly language?: string | undefined;
    readonly timeout?: string | undefined;
    readonly memory?: string | undefined;
  };
}

/** A refusal in the words and units that the user wrote; whatever else failed as it is. */
export async function explainRefusal(endpoint: Endpoint, error: unknown, written: Written): Promise<unknown> {
  if (!(error instanceof RefusedError)) return error;
  const { refusal } = error;
  if (refusal.__typename === 'UnsupportedLanguageError') return unsupported(refusal, written);
  if (refusal.__typename !== 'InvalidInputError') return error;
  const { timeout, memory } = written.values;
  if (refusal.field === 'limits.timeoutMs' && timeout !== undefined) {
    const asked = parseDuration('--timeout', timeout);
    return (await outOfRange(endpoint, `--timeout ${timeout}`, asked, 'timeoutMs', written)) ?? error;
  }
  if (refusal.field === 'limits.memoryMb' && memory !== undefined) {
    const asked = parseMemory('--memory', memory);
    return (await outOfRange(endpoint, `--memory ${memory}`, asked, 'memoryMb', written)) ?? error;
  }
  return error;
}

/** Null when the server does not say what the language's bounds are. */
async function outOfRange(
  endpoint: Endpoint,
  option: string,
  asked: number,
  limit: 'timeoutMs' | 'memoryMb',
  { language }: Written,
): Promise<CommandError | null> {
  const { runtimes } = await request(endpoint, Bounds, {});
  const runtime = runtimes.find((one) => one.language === language);
  if (!runtime) return null;
  const isTooMuch = asked > runtime.maximums[limit];
  const bound = isTooMuch ? runtime.maximums[limit] : runtime.minimums[limit];
  const text = limit === 'timeoutMs' ? formatDuration(bound) : `${bound} MiB`;
  return new CommandError(`${option}: at ${isTooMuch ? 'most' : 'least'} ${text} for ${language}.`);
}

function unsupported(
  { supported, message }: { readonly supported: readonly string[]; readonly message: string },
  { file, language, values }: Written,
): CommandError {
  const runs = `the server runs ${supported.join(', ')}`;
  if (values.language === undefined) {
    return new CommandError(`${file ?? 'The program'} is ${language} by its name; ${runs}.`);
  }
  // The server knows aliases too.
  const meant = / Did you mean [^?]+\?$/.exec(message)?.[0] ?? '';
  return new CommandError(`--language ${values.language} is not to be had; ${runs}.${meant}`);
}

/**
 * The language that the server has for a file's extension, which this command does not know.
 * @throws UsageError when it has none
 */
export async function languageOnServer(endpoint: Endpoint, file: string): Promise<string> {
  const runtimes = await request(endpoint, Bounds, {}).then(
    (answer) => answer.runtimes,
    (error: unknown) => {
      if (error instanceof UnreachableError) return null;
      throw error;
    },
  );
  const extension = extname(file);
  const fitting = runtimes?.find(({ extensions }) => extensions.includes(extension));
  if (fitting !== undefined) return fitting.language;
  const languages = runtimes?.map(({ language }) => language) ?? LANGUAGE_NAMES;
  const what = extension === '' ? 'it has no extension' : `${extension} is the extension of none of them`;
  throw new UsageError(
    `Expected a program in ${languages.join(', ')}, got ${file}: ${what}. If it is one of them, say which with --language.`,
  );
}
