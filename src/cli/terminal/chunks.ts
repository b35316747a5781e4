import type { OutputStream } from '../generated/graphql.ts';
import type { Shell } from '../shell.ts';

interface PrintedChunk {
  readonly stream: OutputStream;
  readonly text: string;
}

/** Prints chunks in order, each on its own stream of ours. @throws ReaderGoneError */
export async function printChunks(chunks: readonly PrintedChunk[], shell: Pick<Shell, 'stdout' | 'stderr'>) {
  for (const { stream, text } of joinNeighbours(chunks)) {
    await (stream === 'STDOUT' ? shell.stdout : shell.stderr).write(text);
  }
}

/** One write for chunks of the same stream that follow each other. */
function joinNeighbours(chunks: readonly PrintedChunk[]): PrintedChunk[] {
  const joined: { stream: OutputStream; text: string }[] = [];
  for (const { stream, text } of chunks) {
    const last = joined.at(-1);
    if (last?.stream === stream) last.text += text;
    else joined.push({ stream, text });
  }
  return joined;
}
