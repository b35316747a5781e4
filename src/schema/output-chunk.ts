import type { Chunk } from '../executions/execution.ts';
import { builder } from './builder.ts';

export const OutputStream = builder.enumType('OutputStream', {
  description: 'Where a program printed.',
  values: {
    STDOUT: { description: 'Standard output.' },
    STDERR: { description: 'Standard error: tracebacks, warnings, logs.' },
  } as const,
});

// Its fields are plain property reads: each is resolved once for every viewer of every chunk.
export const OutputChunk = builder.objectRef<Chunk>('OutputChunk').implement({
  description: 'Text of one stream, in the order it was printed. Never changes once it has its number.',
  fields: (t) => ({
    seq: t.exposeInt('seq', { description: '1, 2, 3, … within its execution, without a gap.' }),
    stream: t.expose('stream', { type: OutputStream, description: 'Where it was printed.' }),
    text: t.exposeString('text', {
      description:
        "The text, its line's end included when it had one. Bytes that are not UTF-8 stand as U+FFFD.",
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
  description: 'Some of the chunks of an output, in order.',
  fields: (t) => ({
    chunks: t.expose('chunks', {
      type: [OutputChunk],
      description: 'The chunks; empty when there are none yet.',
    }),
    cursor: t.exposeInt('cursor', {
      description:
        'Number of the last chunk of this page, or `after` when it is empty; give it as `after` for the next.',
    }),
    hasMore: t.exposeBoolean('hasMore', { description: 'Whether there are chunks after this page now.' }),
  }),
});
