import { setTimeout as sleep } from 'node:timers/promises';
import { isatty } from 'node:tty';
import { STDIN_BYTES, STDIN_WRITE_BYTES } from '../../bounds.ts';
import type { Endpoint } from '../connection/endpoint.ts';
import { RefusedError, submit } from '../connection/operations.ts';
import { request } from '../connection/request.ts';
import { CommandError } from '../errors.ts';
import { graphql } from '../generated/gql.ts';
import type { ExecuteInput } from '../generated/graphql.ts';
import type { Shell } from '../shell.ts';
import { freshLine } from '../terminal/format.ts';
import { decodeText, isPiped, readText, StdinReader } from '../terminal/stdin.ts';
import type { Source } from './input.ts';

/** What a program gets as stdin. */
export interface ProgramStdin {
  /** Goes with the submission. */
  readonly text: string;
  /** What follows while the program runs; null: nothing does. */
  readonly live: StdinReader | null;
}

const NOTHING: ProgramStdin = { text: '', live: null };
/** A pipe that has ended by then goes with the submission, milliseconds. */
const WHOLE_MS = 50;

/**
 * What is typed at a terminal, or comes from a pipe or file, for the program; it goes with the submission where all of it is
 * there at once, else it follows while the program runs.
 * @param mayFollow whether this command stays while the program runs
 * @throws CommandError when it cannot follow and is too long or no UTF-8
 */
export async function openStdin(
  { file, inline }: Source,
  { isUnwanted, mayFollow }: { readonly isUnwanted: boolean; readonly mayFollow: boolean },
  { stdin }: Shell,
): Promise<ProgramStdin> {
  const isProgram = file === null && inline === null;
  if (isProgram || isUnwanted) return NOTHING;
  if (mayFollow && isatty(stdin)) return { text: '', live: StdinReader.open(stdin) };
  if (!isPiped(stdin)) return NOTHING;
  if (!mayFollow) return { text: await readText(stdin, 'stdin', STDIN_BYTES), live: null };
  const reader = StdinReader.open(stdin);
  const text = asText(await reader.whole(WHOLE_MS, STDIN_BYTES));
  return text === null ? { text: '', live: reader } : { text, live: null };
}

/** Submits with an open stdin where there is one and the server keeps it open; else with what a pipe brings up to its end. */
export async function submitWithStdin(
  endpoint: Endpoint,
  input: ExecuteInput,
  stdin: ProgramStdin,
  shell: Shell,
): Promise<{ readonly id: string; readonly isOpen: boolean }> {
  try {
    return { id: await submit(endpoint, input), isOpen: stdin.live !== null };
  } catch (error) {
    const refusal = error instanceof RefusedError ? error.refusal : null;
    if (refusal?.__typename !== 'InvalidInputError' || refusal.field !== 'stdinOpen') throw error;
    const text = await readWhole(stdin, shell);
    return { id: await submit(endpoint, { ...input, stdin: text, stdinOpen: false }), isOpen: false };
  }
}

/** For a server that keeps no stdin open: a pipe is read to its end; what is typed does not reach the program. */
async function readWhole({ live }: ProgramStdin, { stdin }: Shell): Promise<string> {
  if (live === null || isatty(stdin)) return '';
  const whole = await live.whole(2 ** 31 - 1, STDIN_BYTES);
  if (whole === null || whole.length > STDIN_BYTES) {
    throw new CommandError(`stdin may have at most ${STDIN_BYTES} bytes with this server, got more.`);
  }
  return decodeText(whole, 'stdin');
}

/** Null when it is too long for a submission, or no text. */
function asText(bytes: Buffer | null): string | null {
  if (bytes === null || bytes.length > STDIN_BYTES) return null;
  try {
    return decodeText(bytes, 'stdin');
  } catch {
    return null;
  }
}

const WriteStdin = graphql(`
  mutation WriteStdin($id: ID!, $data: String!, $offset: Int!, $end: Boolean!) {
    writeStdin(id: $id, data: $data, encoding: BASE64, offset: $offset, end: $end) {
      __typename
      ... on UserError {
        code
        message
      }
      ... on StdinFullError {
        retryAfterMs
      }
      ... on StdinOffsetError {
        offset
      }
    }
  }
`);

/**
 * Sends what is read to an execution as it comes, then the end of it. Resolves when all was sent, or nobody wants it any
 * more. Each write has its offset, so one whose answer was lost is repeated without harm.
 * @throws CommandError when the server cannot be reached, or refuses; the signal's reason once that is aborted
 */
async function sendStdin(
  endpoint: Endpoint,
  id: string,
  stdin: StdinReader,
  signal: AbortSignal,
): Promise<void> {
  let offset: number | null = 0;
  for await (const piece of stdin.pieces()) {
    for (let from = 0; from < piece.length; from += STDIN_WRITE_BYTES) {
      const data = piece.subarray(from, from + STDIN_WRITE_BYTES);
      offset = await write(endpoint, { id, data, offset, end: false }, signal);
      if (offset === null) return;
    }
  }
  await write(endpoint, { id, data: Buffer.alloc(0), offset, end: true }, signal);
}

/** As `sendStdin`, until it is disposed; a failure is told on stderr. */
export function startSending(endpoint: Endpoint, id: string, stdin: StdinReader, shell: Shell): Disposable {
  const disposed = new AbortController();
  sendStdin(endpoint, id, stdin, disposed.signal).catch(async (error: unknown) => {
    if (disposed.signal.aborted) return;
    const reason = error instanceof Error ? error.message : String(error);
    const text = `podline: input no longer reaches the program: ${reason}`;
    await shell.stderr.write(`${freshLine(shell)}${text}\n`).catch(() => {});
  });
  return { [Symbol.dispose]: () => disposed.abort() };
}

interface Write {
  readonly id: string;
  readonly data: Buffer;
  readonly offset: number;
  readonly end: boolean;
}

/** The next offset; null when nothing more is wanted. */
async function write(
  endpoint: Endpoint,
  { id, data, offset, end }: Write,
  signal: AbortSignal,
): Promise<number | null> {
  for (let at = offset; ; ) {
    const variables = { id, data: data.toString('base64'), offset: at, end };
    const { writeStdin } = await request(endpoint, WriteStdin, variables, signal);
    switch (writeStdin.__typename) {
      case 'WriteStdinSuccess':
        return at + data.length;
      case 'StdinFullError':
        await sleep(writeStdin.retryAfterMs, undefined, { signal });
        break;
      case 'StdinOffsetError':
        // Somebody else writes too: this goes behind that.
        at = writeStdin.offset;
        break;
      case 'InvalidInputError':
        throw new CommandError(writeStdin.message);
      default:
        return null;
    }
  }
}
