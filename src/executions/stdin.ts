import { createHash } from 'node:crypto';
import { STDIN_TOTAL_BYTES, STDIN_UNREAD_BYTES, STDIN_WRITE_BYTES } from '../bounds.ts';
import type { ActiveExecutions } from './active-executions.ts';
import type { Caller } from './caller.ts';
import {
  AlreadyEndedError,
  expectFound,
  InvalidInputError,
  NotSupportedError,
  StdinClosedError,
  StdinFullError,
  StdinOffsetError,
} from './errors.ts';
import { type Execution, hasEnded } from './execution.ts';
import type { Encoding } from './input/input.ts';
import { atMost, decodeBase64, wellFormed } from './input/text.ts';
import type { Runner } from './runner.ts';
import type { Store } from './store.ts';
import { requestInterrupt } from './transitions.ts';

export interface StdinInput {
  readonly data: Uint8Array | EncodedText;
  /** Where the data begins; null: behind what was written before, whoever did. */
  readonly offset: number | null;
  /** Whether stdin is closed behind the data. */
  readonly end: boolean;
}

/** Bytes as a client writes them in JSON. */
interface EncodedText {
  readonly text: string;
  readonly encoding: Encoding;
}

/** When a write that found no room may be tried again, milliseconds: a program that reads at all has made room by then. */
const RETRY_AFTER_MS = 100;
/** How often a write without an offset is tried when others come before it. */
const ATTEMPTS = 20;

/** @throws InvalidInputError */
function decode(data: Uint8Array | EncodedText): Uint8Array {
  if (data instanceof Uint8Array) return data;
  const { text, encoding } = data;
  // Base64 is a third longer than what it stands for, and may be wrapped in lines.
  atMost('data', text.length, STDIN_WRITE_BYTES * 2, 'characters');
  return encoding === 'BASE64' ? decodeBase64('data', text) : Buffer.from(wellFormed('data', text));
}

/**
 * Appends to an execution's stdin, and resolves once that is stored; whoever owns the execution delivers it. A repetition of
 * the last write changes nothing.
 * @throws InvalidInputError, NotFoundError, AlreadyEndedError, StdinClosedError, StdinFullError, StdinOffsetError,
 * UnavailableError
 */
export async function writeStdin(
  { store, active }: { readonly store: Store; readonly active: ActiveExecutions },
  caller: Caller,
  id: string,
  input: StdinInput,
): Promise<Execution> {
  const { end } = input;
  const data = decode(input.data);
  const hash = hashOf(data, end);
  atMost('data', data.byteLength, STDIN_WRITE_BYTES, 'bytes in one write');
  for (let attempt = 1; attempt <= ATTEMPTS; attempt++) {
    const stored = await store.getExecution(id);
    const execution = expectFound(id, stored?.caller === caller ? stored : null);
    const write = { data, end, offset: input.offset ?? execution.stdinBytes, hash };
    if (isRepeated(execution, write, input.offset)) return execution;
    checkWrite(execution, write, active.get(id)?.execution.stdinRead ?? 0);
    if (data.byteLength === 0 && !end) return execution;
    const written = await store.appendStdin(id, write);
    if (written === null) continue;
    active.get(id)?.input.receive(written);
    return written;
  }
  throw full('so many writes that were not read yet, or at once, find no room');
}

function isRepeated(
  { lastStdinWrite: last }: Execution,
  write: { readonly hash: string },
  offset: number | null,
): boolean {
  return offset !== null && last !== null && last.offset === offset && last.hash === write.hash;
}

/** @param read what the program is known to have taken, where that is ahead of the record */
function checkWrite(
  execution: Execution,
  { data, offset }: { readonly data: Uint8Array; readonly offset: number },
  read: number,
): void {
  const { id, stdinOpen, stdinClosed, stdinBytes, stdinRead } = execution;
  if (hasEnded(execution)) throw AlreadyEndedError.of(execution);
  if (!stdinOpen) {
    throw new StdinClosedError(
      `Execution ${id}: expected one that was submitted with stdinOpen: true, got one whose stdin ended at its start.`,
    );
  }
  if (stdinClosed) {
    throw new StdinClosedError(
      `Execution ${id}: expected an open stdin, but it was closed after ${stdinBytes} bytes.`,
    );
  }
  if (offset !== stdinBytes) {
    throw new StdinOffsetError(
      `offset: expected ${stdinBytes}, the bytes of stdin written so far, got ${offset}.`,
      stdinBytes,
    );
  }
  if (stdinBytes + data.byteLength > STDIN_TOTAL_BYTES) {
    throw new InvalidInputError(
      'data',
      `data: expected at most ${STDIN_TOTAL_BYTES} bytes of stdin in all, got ${stdinBytes + data.byteLength}`,
    );
  }
  const unread = stdinBytes - Math.max(stdinRead, read) + data.byteLength;
  if (unread > STDIN_UNREAD_BYTES && data.byteLength > 0) {
    throw full(`expected at most ${STDIN_UNREAD_BYTES} bytes that the program has not read, got ${unread}`);
  }
}

function full(why: string): StdinFullError {
  return new StdinFullError(`Stdin is full: ${why}. Try again in ${RETRY_AFTER_MS} ms.`, RETRY_AFTER_MS);
}

function hashOf(data: Uint8Array, end: boolean): string {
  return createHash('sha256')
    .update(data)
    .update(end ? '1' : '0')
    .digest('hex');
}

/**
 * Has a program interrupted (SIGINT), and resolves once the request is stored; whoever owns the execution carries it out. One
 * that has not started yet is interrupted at its start. Requests that come at once may count as one.
 * @throws NotFoundError, AlreadyEndedError, NotSupportedError, UnavailableError
 */
export async function interrupt(
  {
    store,
    active,
    runner,
  }: { readonly store: Store; readonly active: ActiveExecutions; readonly runner: Runner },
  caller: Caller,
  id: string,
): Promise<Execution> {
  for (;;) {
    const stored = await store.getExecution(id);
    const execution = expectFound(id, stored?.caller === caller ? stored : null);
    const { language } = execution;
    if (hasEnded(execution)) throw AlreadyEndedError.of(execution);
    if (runner.runtimes.find((runtime) => runtime.language === language)?.canInterrupt !== true) {
      throw new NotSupportedError(
        `Execution ${id}: expected a program that can be interrupted, but this server cannot interrupt ${language}; ` +
          'cancel ends it.',
      );
    }
    const { expected, change } = requestInterrupt(execution);
    const updated = await store.updateExecution(id, expected, change);
    if (updated === null) continue;
    active.get(id)?.input.receive(updated);
    return updated;
  }
}
