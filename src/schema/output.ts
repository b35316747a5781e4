import {
  DISPLAY_INLINE_BYTES,
  DISPLAY_PARTS,
  EVENT_BYTES,
  PAGE_CHUNKS,
  QUERY_OUTPUT_BYTES,
  TAIL_LINES,
} from '../bounds.ts';
import {
  type Chunk,
  chunkBytes,
  type Display as DisplayRecord,
  type DisplayPart as PartRecord,
  partBytes,
} from '../executions/output/chunk.ts';
import type { OutputBatch } from '../executions/output/follow.ts';
import { displayUrl } from '../executions/urls.ts';
import { checkAfter, checkId, checkRange } from './arguments.ts';
import { builder } from './builder.ts';
import { callerOf } from './context.ts';
import { Execution } from './execution.ts';
import { topLevel } from './failures.ts';
import { answer, eventOf, FollowedEvents } from './followed.ts';
import { chargeBytes, cost } from './limits/cost.ts';

const FIRST_CHUNKS = 100;

// Nothing here is loaded for an execution unless the field is asked for.
builder.objectFields(Execution, (t) => ({
  output: t.string({
    description:
      'The output so far, both streams in the order they arrived, or one stream. Not available in a ' +
      'subscription, whose events carry the output in chunks.',
    args: { stream: t.arg({ type: OutputStream, description: 'Only this stream.' }) },
    extensions: cost({ bytes: QUERY_OUTPUT_BYTES, refusedInEvents: true }),
    resolve: async (execution, { stream }, context, info) => {
      const { executions } = context;
      // Charged before it is loaded, so that a page of great outputs is refused rather than gathered in memory.
      const { bytes } = await topLevel(executions.output.summary(execution));
      chargeBytes(info, context, bytes);
      const text = await topLevel(executions.output.text(execution, stream ?? undefined));
      if (stream) chargeBytes(info, context, Buffer.byteLength(text) - bytes);
      return text;
    },
  }),
  outputBytes: t.int({
    description: 'Bytes of the output so far as UTF-8, both streams together.',
    extensions: cost({ lookUps: 1 }),
    // Fits an Int: no run may print more than `limits.outputBytes`, which is one itself.
    resolve: async (execution, _args, { executions }, info) =>
      (await answer(info, () => executions.output.summary(execution))).bytes,
  }),
  outputTruncated: t.boolean({
    description: 'Whether output was cut at `limits.outputBytes`.',
    extensions: cost({ lookUps: 1 }),
    resolve: async (execution, _args, { executions }, info) =>
      (await answer(info, () => executions.output.summary(execution))).truncated,
  }),
  chunks: t.field({
    type: OutputPage,
    description:
      'The output in numbered chunks, one page at a time. To watch a running program, subscribe to `output`.',
    args: {
      first: t.arg.int({
        defaultValue: FIRST_CHUNKS,
        description: `Maximum number of chunks, 1 to ${PAGE_CHUNKS}. A page of long chunks may hold fewer.`,
      }),
      after: t.arg.int({ defaultValue: 0, description: 'Only chunks numbered above this, 0 or more.' }),
    },
    extensions: cost({ lookUps: 1, bytes: EVENT_BYTES, page: { max: PAGE_CHUNKS } }),
    resolve: async (execution, args, context, info) => {
      const first = checkRange('first', args.first, {
        minimum: 1,
        maximum: PAGE_CHUNKS,
        fallback: FIRST_CHUNKS,
      });
      const after = checkAfter(args.after);
      const { chunks, hasMore } = await answer(info, () =>
        context.executions.output.page(execution, first, after),
      );
      chargeBytes(
        info,
        context,
        chunks.reduce((bytes, chunk) => bytes + chunkBytes(chunk), 0),
      );
      return { chunks: chunksOf(execution.id, chunks), cursor: chunks.at(-1)?.seq ?? after, hasMore };
    },
  }),
}));

const OutputStream = builder.enumType('OutputStream', {
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
function chunksOf(executionId: string, chunks: readonly Chunk[]): readonly ChunkOfExecution[] {
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
      // It counts with its chunk: what an event or a page may bring holds all that is displayed.
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

/** Parts that a display counts as. */
const PARTS_USUAL = 2;

function partsOf(display: DisplayRecord | undefined): readonly PartRecord[] {
  return display?.parts ?? [];
}

function isInline(part: PartRecord): boolean {
  return !part.isBase64 && part.stored === undefined && partBytes(part) <= DISPLAY_INLINE_BYTES;
}

// Its fields are plain property reads: each is resolved once for every viewer of every chunk.
const OutputChunk = builder.objectRef<ChunkOfExecution>('OutputChunk').implement({
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
interface OutputPageRecord {
  readonly chunks: readonly ChunkOfExecution[];
  readonly cursor: number;
  readonly hasMore: boolean;
}

const OutputPage = builder.objectRef<OutputPageRecord>('OutputPage').implement({
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

const OutputEvent = builder.objectRef<OutputBatch>('OutputEvent').implement({
  description: 'One event of watching an output.',
  fields: (t) => ({
    chunks: t.field({
      type: [OutputChunk],
      resolve: ({ chunks, execution }) => chunksOf(execution.id, chunks),
      description:
        'What was printed since the previous event, in order. Empty in an event that is there for the status, and ' +
        'maybe in the last one.',
      extensions: cost({ items: PAGE_CHUNKS, bytes: EVENT_BYTES }),
    }),
    cursor: t.exposeInt('cursor', {
      description: 'Number of the last chunk up to this event. Pass it as `after` to resume from here.',
    }),
    tail: t.stringList({
      description:
        'The last lines printed up to this event, for viewers that show one event at a time. Both ' +
        'streams in the order they arrived; a line of more than 500 characters is cut.',
      args: {
        lines: t.arg.int({ defaultValue: 20, description: `Maximum number of lines, 1 to ${TAIL_LINES}.` }),
      },
      extensions: cost({ lookUps: 1, settledByEvent: true, bytes: EVENT_BYTES }),
      resolve: ({ execution, cursor }, args, { executions }, info) => {
        const lines = checkRange('lines', args.lines, { minimum: 1, maximum: TAIL_LINES, fallback: 20 });
        return answer(info, () => executions.output.tail(execution, cursor, lines));
      },
    }),
    ended: t.exposeBoolean('ended', {
      description: 'Whether this is the last event: the execution has ended.',
    }),
    execution: t.expose('execution', {
      type: Execution,
      description:
        'The execution as of this event: its status and, in the last event, its end. Its whole `output` ' +
        'cannot be selected here.',
    }),
  }),
});

builder.subscriptionField('output', (t) =>
  t.field({
    type: OutputEvent,
    description:
      'The output after chunk number `after`: first what was printed before, then what is printed ' +
      'while the program runs. The first event comes at once, and one without chunks whenever the status or ' +
      'the `message` changes while nothing is printed. The last event has `ended: true`, then the stream completes; for an ' +
      'execution that has ended it completes at once. Subscribe again with the last `cursor` to resume ' +
      'without a gap or a repeat, at any replica. An unknown id is a `NOT_FOUND` error.',
    args: {
      id: t.arg.id({ required: true, description: 'The id that `execute` returned.' }),
      after: t.arg.int({
        defaultValue: 0,
        description: 'The last `cursor` seen, 0 or more; 0 is the beginning.',
      }),
    },
    subscribe: async (_root, { id, after }, context) =>
      new FollowedEvents(
        await topLevel(context.executions.followOutput(callerOf(context), checkId(id), checkAfter(after))),
        (batch) => batch,
      ),
    resolve: eventOf,
  }),
);
