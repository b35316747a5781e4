import { expect, test } from 'vitest';
import { DISPLAY_BYTES, OUTPUT_FILES_BYTES } from '../../../src/bounds.ts';
import { type Chunk, chunkBytes, type DisplayPart, partBytes } from '../../../src/executions/output/chunk.ts';
import { anInput } from '../records.ts';
import { collect, openService } from '../service.ts';

const CALLER = 'anonymous';
const png = (bytes: number): DisplayPart => ({
  mediaType: 'image/png',
  data: Buffer.alloc(bytes, 7).toString('base64'),
  isBase64: true,
});
const html = (length: number): DisplayPart => {
  return { mediaType: 'text/html', data: 'é'.repeat(length), isBase64: false };
};

/** The chunks of an execution that displays something with each of these parts. */
async function displayed(all: readonly (readonly DisplayPart[])[]) {
  const service = await openService();
  const { executions, runner } = service;
  const { id } = await executions.execute(CALLER, anInput());
  const run = await runner.next();
  run.start();
  for (const parts of all) await run.display({ parts, isResult: false }, 'plain\n');
  run.end();
  const chunks = (await collect(await executions.followOutput(CALLER, id, 0))).flatMap(
    (batch) => batch.chunks,
  );
  const execution = await executions.get(CALLER, id);
  if (execution === null) throw new Error('Expected an execution');
  const read = async (part: DisplayPart | undefined): Promise<Buffer> => {
    if (part === undefined) throw new Error('Expected a part');
    return Buffer.concat(await Array.fromAsync(executions.output.part(execution, part)));
  };
  return { chunks, read, execution, service };
}

test('parts beyond what a chunk holds are stored beside the files, in their order, and read as they were', async () => {
  const parts = [html(3), png(2_000_000), html(DISPLAY_BYTES), png(10)];
  const { chunks, read, execution, service } = await displayed([parts]);
  await using _ = service;
  const kept = (chunks[0] as Chunk).display?.parts ?? [];
  expect(kept.map(({ mediaType, stored }) => [mediaType, stored !== undefined])).toEqual([
    ['text/html', false],
    ['image/png', true],
    ['text/html', true],
    ['image/png', false],
  ]);
  expect(kept.map(partBytes)).toEqual([6, 2_000_000, 2 * DISPLAY_BYTES, 10]);
  for (const [index, { data, isBase64 }] of parts.entries()) {
    const content = Buffer.from(data, isBase64 ? 'base64' : 'utf8');
    expect((await read(kept[index])).equals(content)).toBe(true);
  }
  expect(chunkBytes(chunks[0] as Chunk)).toBeLessThan(1000);
  expect(execution.files).toEqual([]);
});

test('they count as files do: one that finds no room is left out with a sentence', async () => {
  const half = png(OUTPUT_FILES_BYTES / 2 + 1);
  const { chunks, service } = await displayed([[half], [half, html(1)]]);
  await using _ = service;
  const [first, second] = chunks;
  expect(first?.display?.parts).toHaveLength(1);
  expect(second?.display?.parts).toMatchObject([{ mediaType: 'text/html' }]);
  expect(second?.text).toMatch(/^plain\n\[image\/png left out: It has \d+ bytes; at most \d+ bytes .*\]\n$/);
});
