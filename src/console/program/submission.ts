import { signal } from '@preact/signals';
import { CODE_BYTES } from '../../bounds.ts';
import { type Runtime, Submit } from '../api/operations.ts';
import { RefusedError, request } from '../api/request.ts';
import type { ExecuteInput, ProgramQuery } from '../generated/graphql.ts';
import { navigate, pathOf } from '../router.tsx';
import { bytes } from '../words.ts';
import type { Draft } from './draft.ts';
import { FieldError, readLimits } from './limits.ts';

/** An execution as it was submitted. */
export type Submitted = NonNullable<ProgramQuery['execution']>;

/** Why a program was not taken. */
export interface SubmitFailure {
  /** Where in the input, as `limits.timeoutMs`; null when it is no field. */
  readonly field: string | null;
  readonly message: string;
}

/** The program that is on its way to the server, to be stopped there; null when none is. */
export const submitting = signal<AbortController | null>(null);
/** Why the last one was not taken; null when it was. */
export const submitFailure = signal<SubmitFailure | null>(null);

/** The draft as the service takes it. @throws FieldError */
export function inputOf(draft: Draft, runtime: Runtime | undefined): ExecuteInput {
  const limits = runtime ? readLimits(draft.limits.value, runtime) : {};
  const named = ({ name }: { readonly name: string }): boolean => name.trim() !== '';
  return {
    code: draft.code.value,
    language: draft.language.value,
    args: argumentsOf(draft.args.value),
    stdin: draft.stdin.value,
    stdinOpen: keepsStdinOpen(draft, runtime),
    files: draft.files.value.map(({ path, base64 }) => ({ path, content: base64, encoding: 'BASE64' })),
    env: draft.env.value.filter(named),
    labels: draft.labels.value.filter(named),
    limits,
  };
}

/** Whether the draft's program can be answered while it runs: as its author chose, where the server can. */
export function keepsStdinOpen({ stdin, stdinOpen }: Draft, runtime: Runtime | undefined): boolean {
  return runtime?.stdinOpen === true && (stdinOpen.value ?? stdin.value === '');
}

/** Arguments are written one a line; a last empty line is none. */
export function argumentsOf(text: string): string[] {
  return text === '' ? [] : text.replace(/\n$/, '').split('\n');
}

/** Submits the draft and goes to the address of its execution. What refuses it is in `submitFailure`. */
export async function submit(draft: Draft, runtime: Runtime | undefined): Promise<void> {
  if (submitting.value) return;
  const stop = new AbortController();
  submitting.value = stop;
  submitFailure.value = null;
  try {
    const id = await submitInput(inputOf(draft, runtime), stop.signal);
    draft.runId.value = id;
    navigate(pathOf(id));
  } catch (error) {
    if (!stop.signal.aborted) submitFailure.value = describe(error);
  } finally {
    submitting.value = null;
  }
}

/**
 * Submits a program and resolves to its id. However often it has to be sent, it is one execution.
 * @throws RefusedError, FieldError; the reason of `signal`
 */
export async function submitInput(input: ExecuteInput, signal?: AbortSignal): Promise<string> {
  const size = new TextEncoder().encode(input.code).byteLength;
  if (size > CODE_BYTES)
    throw new FieldError('code', `Program: expected at most ${bytes(CODE_BYTES)}, got ${bytes(size)}.`);
  const { execute } = await request(Submit, { input: { ...input, idempotencyKey: randomKey() } }, signal);
  if (execute.__typename === 'ExecuteSuccess') return execute.execution.id;
  if (execute.__typename === 'InvalidInputError') throw new FieldError(execute.field, execute.message);
  throw new RefusedError(execute.code, execute.message);
}

/** The same once more, in the same session; what the server has erased is left out. */
export function inputAgain(submitted: Omit<Submitted, 'id' | 'createdAt'>): ExecuteInput {
  const { language, code, args, stdinOpen, labels, limits, session, context } = submitted;
  const input = { language, code, args, stdinOpen, labels, limits };
  return session === null ? input : { ...input, sessionId: session.id, context };
}

/** A key that nobody else has. `crypto.randomUUID` is there on secure pages only. */
export function randomKey(): string {
  return Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) =>
    byte.toString(16).padStart(2, '0'),
  ).join('');
}

/** @throws the error itself when it is a defect */
export function describe(error: unknown): SubmitFailure {
  if (error instanceof FieldError) return { field: error.field, message: error.message };
  if (error instanceof RefusedError) return { field: null, message: error.message };
  throw error;
}
