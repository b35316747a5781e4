import type { Readable } from 'node:stream';
import type { Display } from '../../../executions/output/chunk.ts';
import type { Chunker } from './chunker.ts';

/** What stands between the bytes of a stream of objects. */
export interface Displayed {
  readonly display: Display;
  /** Its plain form. */
  readonly text: string;
}

export interface Pipes {
  /** Of bytes, or of bytes and `Displayed`. */
  readonly stdout: Readable;
  readonly stderr: Readable;
}

/**
 * Moves what is read from both pipes into the chunker until both have ended or were destroyed, and reads nothing while
 * the chunker waits, so that the program feels it. Resolves when everything was handed out. `onBytes` is called at each
 * read with the number of bytes, `onEnded` when both pipes have ended: before a process that closed them by ending is reaped.
 */
export async function pump(
  pipes: Pipes,
  chunker: Chunker,
  { onBytes, onEnded }: { readonly onBytes?: (length: number) => void; readonly onEnded?: () => void } = {},
): Promise<void> {
  const both = [
    { pipe: pipes.stdout, stream: 'STDOUT' },
    { pipe: pipes.stderr, stream: 'STDERR' },
  ] as const;

  let paused = false;
  function pauseWhileWaiting(): void {
    const { waiting } = chunker;
    if (waiting === null || paused) return;
    paused = true;
    for (const { pipe } of both) pipe.pause();
    void waiting.then(() => {
      paused = false;
      for (const { pipe } of both) pipe.resume();
    });
  }

  await Promise.all(
    both.map(
      ({ pipe, stream }) =>
        new Promise<void>((resolve) => {
          pipe.on('data', (item: Uint8Array | Displayed) => {
            onBytes?.(item instanceof Uint8Array ? item.length : item.text.length);
            if (item instanceof Uint8Array) chunker.push(stream, item);
            else chunker.display(item.display, item.text);
            pauseWhileWaiting();
          });
          pipe.once('end', resolve);
          pipe.once('close', resolve);
          pipe.once('error', () => resolve());
          if (pipe.destroyed || pipe.readableEnded) resolve();
          else pipe.resume();
        }),
    ),
  );
  onEnded?.();
  await chunker.end();
}
