import { expect, test } from 'vitest';
import { EVENT_BYTES, PAGE_CHUNKS } from '../../../src/bounds.ts';
import { openSqliteStore } from '../../../src/db/sqlite/open.ts';
import type { Execution } from '../../../src/executions/execution.ts';
import type { OutputBatch } from '../../../src/executions/output/follow.ts';
import { ChunkPages } from '../../../src/executions/output/shared-reads.ts';
import type { Store } from '../../../src/executions/store.ts';
import { anInput } from '../records.ts';
import { collect, openService, type Service } from '../service.ts';

const LINE = `${'x'.repeat(999)}\n`;
const LINES = 1000;
const EVENTS = Math.ceil((LINES * LINE.length) / EVENT_BYTES);

/** An output of a megabyte that has ended, at a process that did not own it, and how often its store was read. */
async function openWithOutput(): Promise<
  Service & { id: string; execution: Execution; reads: () => number }
> {
  const store = await openSqliteStore({ file: ':memory:' });
  await using driving = await openService({ store });
  const { id } = await driving.executions.execute('anonymous', anInput());
  const run = (await driving.runner.next()).start();
  for (let printed = 0; printed < LINES; printed += 100) await run.printAll(Array(100).fill(LINE));
  run.end();
  const execution = (await collect(await driving.executions.followStatus('anonymous', id))).at(-1);
  if (!execution) throw new Error('Expected an end, got none.');
  const reads = countReads(store);
  const service = await openService({ store, owner: 'another process' });
  return {
    ...service,
    id,
    execution,
    reads,
    async [Symbol.asyncDispose]() {
      await service[Symbol.asyncDispose]();
      await store[Symbol.asyncDispose]();
    },
  };
}

function countReads(store: Store): () => number {
  const readChunks = store.readChunks.bind(store);
  let reads = 0;
  store.readChunks = (id, range) => {
    reads++;
    return readChunks(id, range);
  };
  return () => reads;
}

const textOf = (batches: readonly OutputBatch[]): string =>
  batches.flatMap(({ chunks }) => chunks.map(({ text }) => text)).join('');

test('300 viewers who catch up read each page from the store once, and share its event', async () => {
  await using service = await openWithOutput();
  const { executions, id, reads } = service;
  const all = await Promise.all(
    Array.from({ length: 300 }, async () => collect(await executions.followOutput('anonymous', id, 0))),
  );
  expect(reads()).toBe(EVENTS);
  for (const batches of all) expect(textOf(batches)).toBe(LINE.repeat(LINES));
  expect(new Set(all.flat()).size).toBe(EVENTS);
});

test('viewers who resume at different places come to the same pages', async () => {
  await using service = await openWithOutput();
  const { executions, id, reads } = service;
  const all = await Promise.all(
    Array.from({ length: 100 }, async (_, after) =>
      collect(await executions.followOutput('anonymous', id, after)),
    ),
  );
  for (const [after, batches] of all.entries()) expect(textOf(batches)).toBe(LINE.repeat(LINES - after));
  expect(reads()).toBeLessThanOrEqual(EVENTS + 2);
});

test('the tail after each event is read once for all viewers', async () => {
  await using service = await openWithOutput();
  const { executions, execution, reads } = service;
  const cursors = Array.from({ length: 10 }, (_, index) => (index + 1) * 100);
  await Promise.all(
    Array.from({ length: 100 }, async () => {
      for (const upTo of cursors)
        expect(await executions.output.tail(execution, upTo, 3)).toEqual(
          Array(3).fill(`${'x'.repeat(500)}…`),
        );
    }),
  );
  expect(reads()).toBe(cursors.length);
});

test('a tail reads no more chunks than its lines take', async () => {
  await using service = await openWithOutput();
  const { executions, execution, store } = service;
  const asked: number[] = [];
  const readChunks = store.readChunks.bind(store);
  store.readChunks = (id, range) => {
    asked.push(range.limit);
    return readChunks(id, range);
  };
  await executions.output.tail(execution, LINES, 64);
  expect(asked.reduce((sum, limit) => sum + limit, 0)).toBeLessThanOrEqual(128);
  expect(await executions.output.tail(execution, LINES, 64)).toHaveLength(64);
  asked.length = 0;
  await executions.output.tail(execution, LINES, 3);
  expect(asked).toEqual([4]);
});

test('pages are bounded in bytes, and one that could be longer by now is not kept', () => {
  const pages = new ChunkPages();
  const chunk = (seq: number, bytes: number) =>
    ({ seq, stream: 'STDOUT', text: 'x'.repeat(bytes), at: 0 }) as const;
  const range = { after: 0, limit: PAGE_CHUNKS, maxBytes: EVENT_BYTES };
  pages.add('short', range, [chunk(1, 10)]);
  expect(pages.find('short', range)).toBeUndefined();
  pages.add('gap', range, [chunk(1, EVENT_BYTES / 2), chunk(3, EVENT_BYTES / 2)]);
  expect(pages.find('gap', range)).toBeUndefined();
  for (let index = 0; index < 1000; index++) pages.add(`${index}`, range, [chunk(1, EVENT_BYTES)]);
  expect(pages.bytes).toBe(8 * 1024 * 1024);
  expect(pages.find('0', range)).toBeUndefined();
  expect(pages.find('999', range)).toHaveLength(1);
  pages.add('whole', { ...range, limit: 2 }, [chunk(1, 1), chunk(2, 1)]);
  expect(pages.find('whole', { ...range, limit: 2 })).toHaveLength(2);
  expect(pages.find('whole', { ...range, after: 1, limit: 1 })).toMatchObject([{ seq: 2 }]);
});
