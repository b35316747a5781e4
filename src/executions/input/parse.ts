import { createHash } from 'node:crypto';
import {
  ARGS_BYTES,
  ARGS_COUNT,
  CODE_BYTES,
  ENV_BYTES,
  ENV_COUNT,
  IDEMPOTENCY_KEY_LENGTH,
  LABEL_NAME_LENGTH,
  LABEL_VALUE_LENGTH,
  LABELS_COUNT,
  STDIN_BYTES,
} from '../../bounds.ts';
import { didYouMean } from '../../nearest-name.ts';
import { InvalidInputError, UnsupportedLanguageError } from '../errors.ts';
import { type Label, LIMIT_NAMES, type Limits, type Payload } from '../execution.ts';
import type { RuntimeInfo } from '../runner.ts';
import { isEveryFile, parseFileName, parseFiles, parseGlobs } from './files.ts';
import type { ExecuteInput, Submission } from './input.ts';
import { inSession, parseContext, type SessionOfExecution } from './session.ts';
import { atMost, decodeText, wellFormed, withoutNul } from './text.ts';

/**
 * Checks a submission against the bounds of the service and of its language.
 * @param session what it is to run in; null for a sandbox of its own
 * @throws InvalidInputError, UnsupportedLanguageError
 */
export function parseSubmission(
  input: ExecuteInput,
  runtimes: readonly RuntimeInfo[],
  session: SessionOfExecution | null = null,
): Submission {
  const runtime =
    session === null ? findRuntime(input.language, runtimes) : inSession(input, runtimes, session);
  const fileName = parseFileName(input.fileName, runtime);
  const submission = {
    code: parseCode(input),
    language: runtime.language,
    fileName,
    args: parseArgs(input.args),
    limits: parseLimits(input.limits, runtime),
    labels: parseLabels(input.labels),
    payload: {
      stdin: parseStdin(input.stdin),
      files: parseFiles(input.files, fileName),
      env: parseEnv(input.env),
    },
    stdinOpen: parseStdinOpen(input.stdinOpen, runtime),
    outputFiles: parseGlobs(input.outputFiles, runtime),
    sessionId: session?.id ?? null,
    context: parseContext(input.context, session),
    idempotencyKey: parseIdempotencyKey(input.idempotencyKey),
  };
  return {
    ...submission,
    inputHash: submission.idempotencyKey === null ? null : hashInput(input, submission),
  };
}

/** @param language null or undefined: the default one. @throws UnsupportedLanguageError */
export function findRuntime(
  language: string | null | undefined,
  runtimes: readonly RuntimeInfo[],
): RuntimeInfo {
  const byDefault = runtimes.find(({ isDefault }) => isDefault);
  if ((language === null || language === undefined) && byDefault) return byDefault;
  const name = (language ?? '').toLowerCase();
  const runtime = runtimes.find((one) => one.language === name || one.aliases.includes(name));
  if (runtime) return runtime;
  const supported = runtimes.map((one) => one.language);
  const names = runtimes.flatMap((one) => [one.language, ...one.aliases]);
  throw new UnsupportedLanguageError(
    `language: expected one of ${supported.join(', ')}, got ${JSON.stringify((language ?? '').slice(0, 40))}.` +
      didYouMean(name, names),
    supported,
  );
}

function parseCode({ code, encoding }: ExecuteInput): string {
  // Base64 is a third longer than what it stands for; a text far above the bound need not be decoded to be refused.
  atMost('code', code.length, CODE_BYTES * 2, 'characters');
  const text = decodeText('code', code, encoding);
  if (text.trim() === '')
    throw new InvalidInputError('code', 'code: expected a program, got nothing but white space');
  atMost('code', Buffer.byteLength(text), CODE_BYTES, 'bytes');
  return withoutNul('code', text);
}

function parseArgs(args: readonly string[]): readonly string[] {
  atMost('args', args.length, ARGS_COUNT, 'arguments');
  let bytes = 0;
  for (const [index, arg] of args.entries()) {
    checkText(`args[${index}]`, arg);
    bytes += Buffer.byteLength(arg);
  }
  atMost('args', bytes, ARGS_BYTES, 'bytes in all');
  return args;
}

/** Unlike other text stdin may hold NUL: it is a stream of characters, not a name. */
function parseStdin(stdin: string): string {
  atMost('stdin', Buffer.byteLength(stdin), STDIN_BYTES, 'bytes');
  return wellFormed('stdin', stdin);
}

function parseStdinOpen(stdinOpen: boolean, runtime: RuntimeInfo): boolean {
  if (!stdinOpen || runtime.takesInput) return stdinOpen;
  throw new InvalidInputError(
    'stdinOpen',
    `stdinOpen: expected false, as this server cannot keep the stdin of ${runtime.language} programs open, got true`,
  );
}

/** @throws InvalidInputError */
export function parseEnv(env: ExecuteInput['env']): Payload['env'] {
  atMost('env', env.length, ENV_COUNT, 'variables');
  const names = new Set<string>();
  let bytes = 0;
  for (const [index, { name, value }] of env.entries()) {
    const field = `env[${index}]`;
    if (!ENV_NAME.test(name)) {
      throw new InvalidInputError(
        `${field}.name`,
        `${field}.name: expected an identifier (letters, digits and _, no digit first), got something else`,
      );
    }
    addOnce(names, `${field}.name`, name);
    checkText(`${field}.value`, value);
    bytes += name.length + Buffer.byteLength(value);
  }
  atMost('env', bytes, ENV_BYTES, 'bytes in all');
  return env;
}

/** @throws InvalidInputError */
export function parseLabels(labels: readonly Label[]): readonly Label[] {
  atMost('labels', labels.length, LABELS_COUNT, 'labels');
  const names = new Set<string>();
  for (const [index, { name, value }] of labels.entries()) {
    const field = `labels[${index}]`;
    atMost(`${field}.name`, name.length, LABEL_NAME_LENGTH, 'characters');
    if (!LABEL_NAME.test(name)) {
      throw new InvalidInputError(
        `${field}.name`,
        `${field}.name: expected letters, digits and - _ . / inside, got ${JSON.stringify(name)}`,
      );
    }
    addOnce(names, `${field}.name`, name);
    checkText(`${field}.value`, value);
    atMost(`${field}.value`, value.length, LABEL_VALUE_LENGTH, 'characters');
  }
  return labels;
}

/** @throws InvalidInputError */
export function parseIdempotencyKey(key: string | null | undefined): string | null {
  if (key === null || key === undefined) return null;
  checkText('idempotencyKey', key);
  if (key === '')
    throw new InvalidInputError('idempotencyKey', 'idempotencyKey: expected a key, got an empty one');
  atMost('idempotencyKey', key.length, IDEMPOTENCY_KEY_LENGTH, 'characters');
  return key;
}

function addOnce(names: Set<string>, field: string, name: string): void {
  if (names.has(name))
    throw new InvalidInputError(field, `${field}: expected each name once, got ${name} again`);
  names.add(name);
}

function checkText(field: string, value: string): void {
  wellFormed(field, value);
  withoutNul(field, value);
}

const ENV_NAME = /^[A-Za-z_][A-Za-z0-9_]*$/;
const LABEL_NAME = /^[A-Za-z0-9]([A-Za-z0-9_./-]*[A-Za-z0-9])?$/;

/** The limits requested, the language's defaults where none was. @throws InvalidInputError outside the language's bounds */
export function parseLimits(requested: ExecuteInput['limits'], runtime: RuntimeInfo): Limits {
  const limits = { ...runtime.defaults };
  for (const name of LIMIT_NAMES) {
    const value = requested?.[name];
    if (value === null || value === undefined) continue;
    const [min, max] = [runtime.minimums[name], runtime.maximums[name]];
    if (!Number.isInteger(value) || value < min || value > max) {
      throw new InvalidInputError(
        `limits.${name}`,
        `limits.${name}: expected a whole number from ${min} to ${max} for ${runtime.language}, got ${value}`,
      );
    }
    limits[name] = value;
  }
  return limits;
}

/**
 * What two submissions with one idempotency key are compared by: the input decoded but before defaults, so that a change
 * of a default between a submission and its repetition is no conflict. Versioned, so that a later way to hash can tell
 * older ones.
 */
function hashInput(
  input: ExecuteInput,
  submission: Pick<
    Submission,
    | 'code'
    | 'language'
    | 'args'
    | 'labels'
    | 'payload'
    | 'stdinOpen'
    | 'outputFiles'
    | 'sessionId'
    | 'context'
  >,
): string {
  const { code, language, args, labels, payload, stdinOpen, outputFiles, sessionId, context } = submission;
  const canonical = JSON.stringify([
    language,
    code,
    input.fileName ?? null,
    args,
    payload.stdin,
    payload.files.map((file) => [file.path, Buffer.from(file.content).toString('base64')]),
    payload.env.map(({ name, value }) => [name, value]),
    LIMIT_NAMES.map((name) => input.limits?.[name] ?? null),
    labels.map(({ name, value }) => [name, value]),
    // Left out where they are the defaults: what was hashed before there were such fields hashes the same.
    ...(stdinOpen ? ['stdinOpen'] : []),
    ...(isEveryFile(outputFiles) ? [] : [{ outputFiles }]),
    ...(sessionId === null ? [] : [['session', sessionId, context]]),
  ]);
  return `v1:${createHash('sha256').update(canonical).digest('hex')}`;
}
