import { setTimeout as sleep } from 'node:timers/promises';
import type { Endpoint } from '../connection/endpoint.ts';
import {
  type End,
  type OutputEvent,
  observe,
  type RunObserver,
  type Standing,
} from '../connection/follow.ts';
import { cancelExecution, interruptExecution } from '../connection/operations.ts';
import { CommandError } from '../errors.ts';
import { exitCodeOf, signalExitCode } from '../exit-code.ts';
import type { Shell } from '../shell.ts';
import { freshLine, oneLine, printChunks } from '../terminal/format.ts';
import type { Interrupts } from '../terminal/interrupts.ts';
import { ReaderGoneError } from '../terminal/pipe.ts';
import { openStatusLine } from '../terminal/status-line.ts';
import { readLeftFiles } from './left-files.ts';

/** Milliseconds that the end of a cancelled execution may take to be seen; the service promises it within a second. */
const CANCELLED_WITHIN_MS = 5000;

/** How a run ended, and with which code the command exits. */
export interface Watched {
  readonly end: End;
  readonly exitCode: number;
}

/**
 * Reports an execution while it runs and resolves once it has ended. The first Ctrl-C interrupts the program, a second one
 * cancels the execution; so
 * does a reader of our output that goes away, as it ends a program run natively.
 * @throws ReaderGoneError then; CommandError when the output cannot be followed to its end
 */
export async function watch(
  endpoint: Endpoint,
  id: string,
  report: Report,
  interrupts: Interrupts,
): Promise<Watched> {
  const follow = new AbortController();
  const interrupt = AbortSignal.any([interrupts.signal, interruptFirst(endpoint, id, interrupts)]);
  const cancelled = waitForAbort(interrupt).then(() => {
    report.cancelling();
    return cancelThenGiveUp(endpoint, id, follow);
  });
  // Whoever awaits the end hears of it; before that a failed cancel must not end the process as unhandled.
  cancelled.catch((error) => follow.abort(error));
  try {
    const end = await observe(endpoint, id, 0, report, follow.signal);
    const interrupted = end.endReason === 'CANCELLED' && interrupt.aborted;
    await report.end(end, interrupted);
    const bySignal = interrupted ? (signalExitCode(String(interrupt.reason)) ?? 1) : null;
    return { end, exitCode: bySignal ?? exitCodeOf(end) };
  } catch (error) {
    if (error instanceof ReaderGoneError) await cancelExecution(endpoint, id);
    throw error;
  } finally {
    follow.abort(new CommandError('The end was seen.'));
  }
}

/** Has the first Ctrl-C interrupt the program. Aborted where that cannot be done: then it cancels. */
function interruptFirst(endpoint: Endpoint, id: string, interrupts: Interrupts): AbortSignal {
  const cancel = new AbortController();
  interrupts.onFirst = () => {
    interruptExecution(endpoint, id).then(
      (isDone) => {
        if (!isDone) cancel.abort('SIGINT');
      },
      () => cancel.abort('SIGINT'),
    );
  };
  return cancel.signal;
}

async function cancelThenGiveUp(endpoint: Endpoint, id: string, follow: AbortController): Promise<void> {
  await cancelExecution(endpoint, id);
  await sleep(CANCELLED_WITHIN_MS, undefined, { ref: false });
  follow.abort(
    new CommandError(
      `${id} is being cancelled; its end was not seen within ${CANCELLED_WITHIN_MS / 1000} s.`,
    ),
  );
}

function waitForAbort(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve();
    else signal.addEventListener('abort', () => resolve(), { once: true });
  });
}

/** How `podline run` tells of a run. */
export interface Report extends RunObserver, AsyncDisposable {
  /** As `chunks`, printed in another way: the line of what is waited for is taken away before. */
  print(output: () => Promise<void>): Promise<void>;
  /** It is being cancelled because this command was interrupted. */
  cancelling(): void;
  /** The last that the program printed to stderr. */
  readonly lastWords: string;
  /** @param interrupted whether this command had it cancelled */
  end(end: End, interrupted: boolean): Promise<void>;
}

/** Characters of stderr that are kept. */
const LAST_WORDS = 2000;

/**
 * The program's output as it is. On a terminal stderr says what is waited for; how it ended, unless it exited, always.
 * @param isQuiet nothing but the program's output
 */
export function openTextReport(shell: Shell, isQuiet: boolean): Report {
  const line = openStatusLine(shell.stderr);
  const isShown = shell.stderr.isTerminal && !isQuiet;
  const show = (text: string) => {
    if (isShown) line.show(text, freshLine(shell));
  };
  let hasOutput = false;
  /** Why the connection was lost that is being opened again; null while it is open. */
  let lostBecause: string | null = null;
  let lastWords = '';
  const print = async (output: () => Promise<void>) => {
    hasOutput = true;
    await line.clear();
    await output();
  };
  return {
    status: isShown
      ? async (standing) => {
          if (hasOutput || lostBecause !== null) return;
          const text = describeStanding(standing);
          if (text === null) await line.clear();
          else show(text);
        }
      : null,
    chunks(chunks) {
      for (const { stream, text } of chunks) {
        if (stream === 'STDERR') lastWords = (lastWords + text).slice(-LAST_WORDS);
      }
      return print(() => printChunks(chunks, shell));
    },
    print,
    get lastWords() {
      return lastWords;
    },
    lost(reason, attempt) {
      // What comes to nothing after that says less: that nobody listens.
      lostBecause ??= reason;
      show(`connection lost, reconnecting${attempt > 1 ? ` (attempt ${attempt})` : ''}: ${lostBecause}`);
    },
    connected() {
      if (lostBecause !== null) void line.clear();
      lostBecause = null;
    },
    cancelling: () => show('cancelling…'),
    async end(end, interrupted) {
      await line.clear();
      if (isQuiet || end.endReason === 'EXITED') return;
      await shell.stderr.write(`${freshLine(shell)}podline: ${describeEnd(end, interrupted)}\n`);
    },
    [Symbol.asyncDispose]: () => line.clear(),
  };
}

/** One line for a terminal; null when there is nothing to wait for. */
export function describeStanding({ status, message, queuePosition }: Standing): string | null {
  const why = message === null ? '' : `: ${message}`;
  // The message tells the place as well, where that is what it waits for.
  const place = message === null && queuePosition !== null ? `, at position ${queuePosition}` : '';
  if (status === 'QUEUED') return `queued${place}${why}`;
  return status === 'STARTING' ? `starting${why}` : null;
}

function describeEnd({ endReason, message }: End, interrupted: boolean): string {
  if (endReason === 'CANCELLED') return interrupted ? 'cancelled' : 'cancelled, not by this command';
  return oneLine(message ?? `The program ended: ${endReason}.`);
}

/** A line of JSON on stdout for each change of status, each chunk, and the end, with what the program left. */
export function openJsonReport({ stdout }: Shell, endpoint: Endpoint, id: string): Report {
  let last: Standing | null = null;
  let writing: Promise<void> = Promise.resolve();
  /** The place in the queue is asked for while events come: one line after another. */
  const print = (type: string, fields: object) => {
    writing = writing.then(() => stdout.write(`${JSON.stringify({ type, ...fields })}\n`));
    return writing;
  };
  return {
    async status({ status, message, queuePosition }) {
      // An event does not know the place in the queue.
      const place = queuePosition ?? (status === 'QUEUED' ? (last?.queuePosition ?? null) : null);
      const isSame = last?.status === status && last.message === message && last.queuePosition === place;
      last = { status, message, queuePosition: place };
      if (!isSame) await print('status', { id, ...last });
    },
    async chunks(chunks: OutputEvent['chunks']) {
      for (const { seq, stream, text, at } of chunks) await print('chunk', { seq, stream, text, at });
    },
    print: (output) => output(),
    lastWords: '',
    lost: () => {},
    connected: () => {},
    cancelling: () => {},
    async end({ status, endReason, exitCode, signal, message }) {
      const { files, omittedFiles } = await readLeftFiles(endpoint, id);
      await print('end', { id, status, endReason, exitCode, signal, message, files, omittedFiles });
    },
    [Symbol.asyncDispose]: async () => {},
  };
}
