import { EVENT_BYTES, PAGE_CHUNKS, QUERY_OUTPUT_BYTES } from '../bounds.ts';
import { chunkBytes } from '../executions/execution.ts';
import { checkAfter, checkRange } from './arguments.ts';
import { builder } from './builder.ts';
import { Execution } from './execution.ts';
import { topLevel } from './failures.ts';
import { answer } from './followed.ts';
import { chargeBytes } from './limits/response-bytes.ts';
import { cost } from './limits/weight.ts';
import { chunksOf, OutputPage, OutputStream } from './output-chunk.ts';

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
