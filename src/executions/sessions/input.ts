import { createHash } from 'node:crypto';
import { SESSION_IDLE_MIN_MS } from '../../bounds.ts';
import { InvalidInputError, UnsupportedLanguageError } from '../errors.ts';
import { LIMIT_NAMES, type Payload } from '../execution.ts';
import { parseFiles } from '../input/files.ts';
import type { ExecuteInput } from '../input/input.ts';
import { findRuntime, parseEnv, parseIdempotencyKey, parseLabels, parseLimits } from '../input/parse.ts';
import type { RuntimeInfo } from '../runner.ts';
import type { SessionHost } from '../session-host.ts';
import type { Session } from './session.ts';

/** A session as a client asks for it: GraphQL's `CreateSessionInput` with its defaults filled in. Nothing is checked yet. */
export interface CreateSessionInput
  extends Pick<ExecuteInput, 'language' | 'files' | 'env' | 'limits' | 'labels' | 'idempotencyKey'> {
  readonly idleTimeoutMs?: number | null | undefined;
}

/** What has been checked and decoded, with every default filled in. */
export interface SessionSubmission
  extends Pick<Session, 'language' | 'limits' | 'labels' | 'idleTimeoutMs' | 'lifetimeMs' | 'inputHash'> {
  readonly files: Payload['files'];
  readonly env: Payload['env'];
  readonly idempotencyKey: string | null;
}

export interface SessionDefaults {
  /** How long a session may be idle where none is asked for, milliseconds. */
  readonly idleTimeoutMs: number;
  /** How long any session lives at the most, milliseconds; also the maximum of its idle time. */
  readonly lifetimeMs: number;
}

/** @throws InvalidInputError, UnsupportedLanguageError also where this server has no sessions, or none for the language */
export function parseSession(
  input: CreateSessionInput,
  runtimes: readonly RuntimeInfo[],
  host: Pick<SessionHost, 'languages'> | null,
  defaults: SessionDefaults,
): SessionSubmission {
  const runtime = findRuntime(input.language, runtimes);
  checkSessions(runtime, host);
  const idempotencyKey = parseIdempotencyKey(input.idempotencyKey);
  const submission = {
    language: runtime.language,
    limits: parseLimits(input.limits, runtime),
    labels: parseLabels(input.labels),
    files: parseFiles(input.files, null),
    env: parseEnv(input.env),
    idleTimeoutMs: parseIdleTimeout(input.idleTimeoutMs, defaults),
    lifetimeMs: defaults.lifetimeMs,
    idempotencyKey,
  };
  return { ...submission, inputHash: idempotencyKey === null ? null : hashSession(input, submission) };
}

function checkSessions({ language }: RuntimeInfo, host: Pick<SessionHost, 'languages'> | null): void {
  const supported = (host?.languages ?? []).map((one) => one.language);
  if (supported.includes(language)) return;
  throw new UnsupportedLanguageError(
    supported.length === 0
      ? 'language: expected a server that can keep sessions, but this one can keep none; execute runs each program in a sandbox of its own.'
      : `language: expected one that this server can keep sessions of (${supported.join(', ')}), got ${language}.`,
    supported,
  );
}

function parseIdleTimeout(requested: number | null | undefined, defaults: SessionDefaults): number {
  if (requested === null || requested === undefined)
    return Math.min(defaults.idleTimeoutMs, defaults.lifetimeMs);
  if (Number.isInteger(requested) && requested >= SESSION_IDLE_MIN_MS && requested <= defaults.lifetimeMs) {
    return requested;
  }
  throw new InvalidInputError(
    'idleTimeoutMs',
    `idleTimeoutMs: expected a whole number from ${SESSION_IDLE_MIN_MS} to ${defaults.lifetimeMs}, got ${requested}`,
  );
}

/** As `hashInput` of an execution: the input decoded but before defaults. */
function hashSession(
  input: CreateSessionInput,
  { language, files, env, labels }: Pick<SessionSubmission, 'language' | 'files' | 'env' | 'labels'>,
): string {
  const canonical = JSON.stringify([
    'session',
    language,
    files.map((file) => [file.path, Buffer.from(file.content).toString('base64')]),
    env.map(({ name, value }) => [name, value]),
    LIMIT_NAMES.map((name) => input.limits?.[name] ?? null),
    input.idleTimeoutMs ?? null,
    labels.map(({ name, value }) => [name, value]),
  ]);
  return `v1:${createHash('sha256').update(canonical).digest('hex')}`;
}
