import { createHash } from 'node:crypto';
import type { ExecuteInput } from './input.ts';
import { LIMIT_NAMES } from './limits.ts';
import type { Submission } from './submission.ts';

/**
 * What two submissions with one idempotency key are compared by: the input decoded but before defaults, so that a change
 * of a default between a submission and its repetition is no conflict. Versioned, so that a later way to hash can tell
 * older ones.
 */
export function hashInput(
  input: ExecuteInput,
  submission: Pick<Submission, 'code' | 'language' | 'args' | 'labels' | 'payload'>,
): string {
  const { code, language, args, labels, payload } = submission;
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
  ]);
  return `v1:${createHash('sha256').update(canonical).digest('hex')}`;
}
