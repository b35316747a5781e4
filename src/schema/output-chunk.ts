import { DISPLAY_INLINE_BYTES, DISPLAY_PARTS } from '../bounds.ts';
import type { Chunk, Display as DisplayRecord, DisplayPart as PartRecord } from '../executions/execution.ts';
import { displayUrl } from '../executions/output/display-url.ts';
import { builder } from './builder.ts';
import { cost } from './limits/weight.ts';

export const OutputStream = builder.enumType('OutputStream', {
  description: 'A stream that a program prints to.',
  values: {
    STDOUT: { description: 'Standard output.' },
    STDERR: { description: 'Standard error: tracebacks, warnings, logs.' },
    DISPLAY: {
      description:
        'Rich results: the value of the last expression in a context, what `display()` was given, figures. `text` is their ' +
        'plain form; `display` has the rest.',
    },
  } as const,
});

/** A chunk; one that displays something with its execution, as parts have addresses of their own. */
type ChunkOfExecution = Chunk & { readonly executionId?: string };

/** The same chunks, those that display something with their execution. */
export function chunksOf(executionId: string, chunks: readonly Chunk[]): readonly ChunkOfExecution[] {
  if (!chunks.some(({ display }) => display !== undefined)) return chunks;
  return chunks.map((chunk) => (chunk.display === undefined ? chunk : { ...chunk, executionId }));
}

interface PartOfChunk {
  readonly part: PartRecord;
  readonly url: string;
}

const DisplayPart = builder.objectRef<PartOfChunk>('DisplayPart').implement({
  description: 'A rich result in one media type.',
  fields: (t) => ({
    mediaType: t.string({
      description: '`text/plain`, `text/html`, `image/png`, and so on. The program chose it.',
      resolve: ({ part }) => part.mediaType,
    }),
    text: t.string({
      nullable: true,
      description: `Its content, of a text type of at most ${DISPLAY_INLINE_BYTES} bytes; else null.`,
      extensions: cost({ bytes: DISPLAY_INLINE_BYTES }),
      resolve: ({ part }) => (isInline(part) ? part.data : null),
    }),
    url: t.string({
      nullable: true,
      description: 'Where it is downloaded when it has no `text`: a path on this server, with the same key.',
      resolve: ({ part, url }) => (isInline(part) ? null : url),
    }),
    bytes: t.int({ description: 'Its size.', resolve: ({ part }) => partBytes(part) }),
  }),
});

const Display = builder.objectRef<ChunkOfExecution>('Display').implement({
  description: 'A rich result: one thing in one or more media types, for viewers to choose from.',
  fields: (t) => ({
    parts: t.field({
      type: [DisplayPart],
      description: `The same thing in each of its media types, up to ${DISPLAY_PARTS}; the richest first.`,
      extensions: cost({ items: PARTS_USUAL }),
      resolve: ({ display, executionId = '', seq }) =>
        partsOf(display).map((part, index) => ({ part, url: displayUrl(executionId, seq, index) })),
    }),
    isResult: t.boolean({
      description: "Whether it is the value of a context's last expression.",
      resolve: ({ display }) => display?.isResult ?? false,
    }),
  }),
});

/** Parts that are reckoned with. */
const PARTS_USUAL = 2;

function partsOf(display: DisplayRecord | undefined): readonly PartRecord[] {
  return display?.parts ?? [];
}

function partBytes({ data, isBase64 }: PartRecord): number {
  return Buffer.byteLength(data, isBase64 ? 'base64' : 'utf8');
}

function isInline(part: PartRecord): boolean {
  return !part.isBase64 && partBytes(part) <= DISPLAY_INLINE_BYTES;
}

// Its fields are plain property reads: each is resolved once for every viewer of every chunk.
export const OutputChunk = builder.objectRef<ChunkOfExecution>('OutputChunk').implement({
  description: "A piece of one stream's text, in the order it was printed. It never changes.",
  fields: (t) => ({
    seq: t.exposeInt('seq', { description: '1, 2, 3, … within its execution, without a gap.' }),
    stream: t.expose('stream', { type: OutputStream, description: 'The stream it was printed to.' }),
    text: t.exposeString('text', {
      description: 'The text, line ends included. Bytes that are not UTF-8 are replaced by U+FFFD.',
    }),
    at: t.expose('at', { type: 'DateTime', description: 'When it was read from the program.' }),
    display: t.field({
      type: Display,
      nullable: true,
      description: 'Of a chunk of the stream `DISPLAY`: what is displayed. Null for text.',
      resolve: (chunk) => (chunk.display === undefined ? null : chunk),
    }),
  }),
});

/** A page of an output. */
export interface OutputPageRecord {
  readonly chunks: readonly ChunkOfExecution[];
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
