import type { ProcessExit } from '../../local/starter/messages.ts';
import type { ProcessPipes } from '../../local/starter/pipes.ts';

const READY = Buffer.from('ready\n');
/** How long a launcher may take, milliseconds. A busy machine needs seconds for Python's. */
const READY_TIMEOUT_MS = 60_000;
/** Characters of a failed launcher's stderr that the error quotes; nothing of a program's is in there yet. */
const QUOTED = 2000;

/**
 * Resolves when the launcher has written that it is ready; its pipes are paused then and nothing was taken from them but
 * that. Rejects when it wrote something else, ended before, or wrote nothing for too long.
 */
export function becomesReady({ stdout, stderr }: ProcessPipes, exited: Promise<ProcessExit>): Promise<void> {
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  let written = Buffer.alloc(0);
  let complaint = '';
  const onStdout = (bytes: Buffer): void => {
    written = Buffer.concat([written, bytes]);
    if (written.length < READY.length) return;
    if (written.equals(READY)) resolve();
    else reject(new Error(`Expected "ready" from the launcher, got ${written.length} other bytes`));
  };
  const onStderr = (bytes: Buffer): void => {
    complaint = (complaint + bytes.toString()).slice(-QUOTED);
  };
  const stderrEnded = new Promise((ended) => stderr.once('close', ended));
  void exited.then(async ({ code, signal }) => {
    // What it complained of may still be on its way.
    await stderrEnded;
    reject(
      new Error(
        `The launcher ended with ${signal ?? `code ${code}`} before it was ready: ${complaint.trim()}`,
      ),
    );
  });
  const timer = setTimeout(() => {
    reject(new Error(`The launcher was not ready within ${READY_TIMEOUT_MS} ms: ${complaint.trim()}`));
  }, READY_TIMEOUT_MS);
  stdout.on('data', onStdout).resume();
  stderr.on('data', onStderr).resume();
  return promise.finally(() => {
    clearTimeout(timer);
    stdout.pause().off('data', onStdout);
    stderr.pause().off('data', onStderr);
  });
}
