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
import { InvalidInputError, UnsupportedLanguageError } from '../errors.ts';
import type { Label, Payload } from '../execution.ts';
import type { RuntimeInfo } from '../runner.ts';
import { parseFileName, parseFiles } from './files.ts';
import { hashInput } from './hash.ts';
import type { ExecuteInput } from './input.ts';
import { parseLimits } from './limits.ts';
import type { Submission } from './submission.ts';
import { atMost, decodeText, wellFormed, withoutNul } from './text.ts';

/**
 * Checks a submission against the bounds of the service and of its language.
 * @throws InvalidInputError, UnsupportedLanguageError
 */
export function parseSubmission(input: ExecuteInput, runtimes: readonly RuntimeInfo[]): Submission {
  const runtime = findRuntime(input.language, runtimes);
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
    idempotencyKey: parseIdempotencyKey(input.idempotencyKey),
  };
  return {
    ...submission,
    inputHash: submission.idempotencyKey === null ? null : hashInput(input, submission),
  };
}

function findRuntime(language: string, runtimes: readonly RuntimeInfo[]): RuntimeInfo {
  const runtime = runtimes.find((one) => one.language === language);
  if (runtime) return runtime;
  const supported = runtimes.map((one) => one.language);
  throw new UnsupportedLanguageError(
    `language: expected one of ${supported.join(', ')}, got ${JSON.stringify(language.slice(0, 40))}`,
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

function parseEnv(env: ExecuteInput['env']): Payload['env'] {
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

function parseLabels(labels: readonly Label[]): readonly Label[] {
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

function parseIdempotencyKey(key: string | null | undefined): string | null {
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
