import { setTimeout as sleep } from 'node:timers/promises';
import type { Endpoint } from '../connection/endpoint.ts';
import { CommandError } from '../errors.ts';
import { exitCodeOf, signalExitCode } from '../exit-code.ts';
import { followOutput, type OutputEvent } from '../follow/follow.ts';
import type { Shell } from '../shell.ts';
import { printChunks } from '../terminal/chunks.ts';
import { oneLine } from '../terminal/one-line.ts';
import { ReaderGoneError } from '../terminal/pipe.ts';
import { cancelExecution } from './cancel.ts';

/** Milliseconds that the end of a cancelled execution may take to be seen; the service promises it within a second. */
const CANCELLED_WITHIN_MS = 5000;

/**
 * Prints an execution's output while it runs and resolves to the exit code once it has ended. An abort of `interrupt`
 * cancels the execution; so does a reader of our output that goes away, as it ends a program run natively.
 * @throws CommandError when the output cannot be followed to its end
 */
export async function watch(
  endpoint: Endpoint,
  id: string,
  shell: Shell,
  interrupt: AbortSignal,
): Promise<number> {
  const follow = new AbortController();
  const cancelled = waitForAbort(interrupt).then(() => cancelThenGiveUp(endpoint, id, follow));
  // Whoever awaits the end hears of it; before that a failed cancel must not end the process as unhandled.
  cancelled.catch((error) => follow.abort(error));
  try {
    for await (const event of followOutput(endpoint, id, 0, follow.signal)) {
      await printChunks(event.chunks, shell);
      if (event.ended) return await tellEnd(event.execution, shell, interrupt);
    }
    throw new CommandError(`The output of ${id} stopped before its end.`);
  } catch (error) {
    if (!(error instanceof ReaderGoneError)) throw error;
    await cancelExecution(endpoint, id);
    return signalExitCode('SIGPIPE') ?? 1;
  } finally {
    follow.abort(new CommandError('The end was seen.'));
  }
}

async function tellEnd(end: OutputEvent['execution'], shell: Shell, interrupt: AbortSignal): Promise<number> {
  if (end.endReason === 'CANCELLED' && interrupt.aborted)
    return signalExitCode(String(interrupt.reason)) ?? 1;
  if (end.endReason !== 'EXITED') {
    const newline = shell.stderr.atLineStart ? '' : '\n';
    await shell.stderr.write(
      `${newline}podline: ${oneLine(end.message ?? `The program ended: ${end.endReason}.`)}\n`,
    );
  }
  return exitCodeOf(end);
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
