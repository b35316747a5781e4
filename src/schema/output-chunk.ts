import type { Chunk, TextStream } from '../executions/execution.ts';
import { builder } from './builder.ts';

export const OutputStream = builder.enumType('OutputStream', {
  description: 'A stream that a program prints to.',
  values: {
    STDOUT: { description: 'Standard output.' },
    STDERR: { description: 'Standard error: tracebacks, warnings, logs.' },
  } as const,
});

// Its fields are plain property reads: each is resolved once for every viewer of every chunk.
export const OutputChunk = builder.objectRef<Chunk>('OutputChunk').implement({
  description: "A piece of one stream's text, in the order it was printed. It never changes.",
  fields: (t) => ({
    seq: t.exposeInt('seq', { description: '1, 2, 3, … within its execution, without a gap.' }),
    stream: t.field({
      type: OutputStream,
      description: 'The stream it was printed to.',
      resolve: ({ stream }) => stream as TextStream,
    }),
    text: t.exposeString('text', {
      description: 'The text, line ends included. Bytes that are not UTF-8 are replaced by U+FFFD.',
    }),
    at: t.expose('at', { type: 'DateTime', description: 'When it was read from the program.' }),
  }),
});

/** A page of an output. */
export interface OutputPageRecord {
  readonly chunks: readonly Chunk[];
  readonly cursor: number;
  readonly hasMore: boolean;
}

export const OutputPage = builder.objectRef<OutputPageRecord>('OutputPage').implement({
  description: "A page of an output's chunks, in order.",
  fields: (t) => ({
    chunks: t.expose('chunks', {
      type: [OutputChunk],
      description: 'The chunks; empty when there are none yet.',
    }),
    cursor: t.exposeInt('cursor', {
      description:
        'Number of the last chunk of this page, or `after` when it is empty. Pass it as `after` for the next page.',
    }),
    hasMore: t.exposeBoolean('hasMore', { description: 'Whether there are chunks after this page now.' }),
  }),
});
