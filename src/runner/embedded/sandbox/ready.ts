import type { ChildProcess } from 'node:child_process';
import type { Readable } from 'node:stream';

const READY = Buffer.from('ready\n');
/** How long a launcher may take, milliseconds. A busy machine needs seconds for Python's. */
const READY_WITHIN_MS = 60_000;
/** Characters of a failed launcher's stderr that the error quotes; nothing of a program's is in there yet. */
const QUOTED = 2000;

/**
 * Resolves when the launcher has said that it is ready; its pipes are paused then and nothing was taken from them but
 * that. Rejects when it said something else, ended before, or said nothing for too long.
 */
export function becomesReady(process: ChildProcess, stdout: Readable, stderr: Readable): Promise<void> {
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  let said = Buffer.alloc(0);
  let complaint = '';
  const onStdout = (bytes: Buffer): void => {
    said = Buffer.concat([said, bytes]);
    if (said.length < READY.length) return;
    if (said.equals(READY)) resolve();
    else reject(new Error(`Expected "ready" from the launcher, got ${said.length} other bytes`));
  };
  const onStderr = (bytes: Buffer): void => {
    complaint = (complaint + bytes.toString()).slice(-QUOTED);
  };
  const onError = (cause: Error): void => reject(new Error('The launcher could not be started', { cause }));
  const onClose = (code: number | null, signal: string | null): void => {
    reject(
      new Error(
        `The launcher ended with ${signal ?? `code ${code}`} before it was ready: ${complaint.trim()}`,
      ),
    );
  };
  const timer = setTimeout(() => {
    reject(new Error(`The launcher was not ready within ${READY_WITHIN_MS} ms: ${complaint.trim()}`));
  }, READY_WITHIN_MS);
  stdout.on('data', onStdout);
  stderr.on('data', onStderr);
  process.once('error', onError);
  process.once('close', onClose);
  return promise.finally(() => {
    clearTimeout(timer);
    stdout.pause().off('data', onStdout);
    stderr.pause().off('data', onStderr);
    process.off('close', onClose);
  });
}
