import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { cancel, ended, get, printing, run, submit } from './support/executions.ts';
import { ask } from './support/graphql.ts';
import { openService, type TestService } from './support/service.ts';

interface Page {
  readonly edges: readonly { readonly cursor: string; readonly node: { readonly id: string } }[];
  readonly pageInfo: {
    readonly hasNextPage: boolean;
    readonly hasPreviousPage: boolean;
    readonly startCursor: string | null;
    readonly endCursor: string | null;
  };
}

const LIST = `query List($first: Int, $after: String, $filter: ExecutionFilter) {
  executions(first: $first, after: $after, filter: $filter) {
    edges { cursor node { id } }
    pageInfo { hasNextPage hasPreviousPage startCursor endCursor }
  }
}`;
const SLEEPS = 'console.log("on"); await new Promise((resolve) => setTimeout(resolve, 600_000));';

let service: TestService;
beforeAll(async () => {
  service = await openService({ MAX_RUNNING: '1', WARM: 'javascript=2,python=0' });
});
afterAll(() => service[Symbol.asyncDispose]());

const list = async (variables: Record<string, unknown>): Promise<Page> =>
  (await ask<{ executions: Page }>(service.url, LIST, variables)).executions;
const idsOf = ({ edges }: Page): string[] => edges.map(({ node }) => node.id);

describe('executions', () => {
  const ids: string[] = [];
  beforeAll(async () => {
    for (let index = 0; index < 5; index++) {
      const labels = [
        { name: 'parity', value: index % 2 === 0 ? 'even' : 'odd' },
        { name: 'index', value: String(index) },
      ];
      const code = index === 4 ? 'process.exit(1)' : 'console.log(1)';
      const language = index === 3 ? 'typescript' : 'javascript';
      ids.unshift((await run(service.url, { code, language, labels })).id);
    }
  });

  test('come newest first, page by page, each once', async () => {
    const first = await list({ first: 2 });
    expect(idsOf(first)).toEqual(ids.slice(0, 2));
    expect(first.pageInfo).toMatchObject({ hasNextPage: true, hasPreviousPage: false });
    expect(first.pageInfo.endCursor).toBe(first.edges.at(-1)?.cursor);
    const second = await list({ first: 2, after: first.pageInfo.endCursor });
    const third = await list({ first: 2, after: second.pageInfo.endCursor });
    expect([first, second, third].flatMap(idsOf)).toEqual(ids);
    expect(third.pageInfo).toMatchObject({ hasNextPage: false, hasPreviousPage: true });
    expect(idsOf(await list({ first: 2, after: third.pageInfo.endCursor }))).toEqual([]);
  });

  test('a page stays where it was while newer ones come', async () => {
    const first = await list({ first: 2 });
    const { id } = await run(service.url, { code: '1', language: 'javascript' });
    expect(idsOf(await list({ first: 3, after: first.pageInfo.endCursor }))).toEqual(ids.slice(2));
    expect(idsOf(await list({ first: 1 }))).toEqual([id]);
    ids.unshift(id);
  });

  test.each([
    ['labels', { label: { name: 'parity', value: 'odd' } }, [1, 3]],
    ['language', { language: 'typescript' }, [3]],
    ['statuses', { statuses: ['FAILED', 'CANCELLED'] }, [4]],
    ['all of them', { label: { name: 'parity', value: 'even' }, statuses: ['SUCCEEDED'] }, [0, 2]],
    ['a label nobody has', { label: { name: 'parity', value: 'none' } }, []],
  ])('are filtered by %s', async (_what, filter, expected) => {
    const query = `query($filter: ExecutionFilter) {
      executions(filter: $filter) { edges { node { labels { name value } } } }
    }`;
    type Labelled = { edges: { node: { labels: { name: string; value: string }[] } }[] };
    const { executions } = await ask<{ executions: Labelled }>(service.url, query, { filter });
    const indexes = executions.edges.map(
      ({ node }) => node.labels.find(({ name }) => name === 'index')?.value,
    );
    expect(indexes).toEqual(expected.map(String).reverse());
  });

  test('are filtered by when they were created', async () => {
    const { createdAt } = await get(service.url, ids[2] ?? '');
    expect(idsOf(await list({ filter: { createdBefore: createdAt } }))).toEqual(ids.slice(3));
    expect(idsOf(await list({ filter: { createdAfter: createdAt } }))).toEqual(ids.slice(0, 2));
  });
});

test('what waits knows its place, runs in its turn, and can be cancelled before', async () => {
  const running = await submit(service.url, { code: SLEEPS, language: 'javascript' });
  await printing(service.url, running);
  expect((await get(service.url, running)).queuePosition).toBeNull();
  const waiting: string[] = [];
  for (let index = 0; index < 3; index++) {
    waiting.push(await submit(service.url, { code: `console.log(${index})`, language: 'javascript' }));
  }
  const positions = async (): Promise<(number | null)[]> =>
    (await Promise.all(waiting.map((id) => get(service.url, id)))).map(({ queuePosition }) => queuePosition);
  expect(await positions()).toEqual([1, 2, 3]);
  expect(await get(service.url, waiting[0] ?? '')).toMatchObject({
    status: 'QUEUED',
    startedAt: null,
    output: '',
  });

  expect((await cancel(service.url, waiting[1] ?? '')).execution).toMatchObject({ status: 'CANCELLED' });
  expect(await positions()).toEqual([1, null, 2]);
  await cancel(service.url, running);
  const ends = await Promise.all(waiting.map((id) => ended(service.url, id)));
  expect(ends.map(({ status }) => status)).toEqual(['SUCCEEDED', 'CANCELLED', 'SUCCEEDED']);
  expect(ends.map(({ output }) => output)).toEqual(['0\n', '', '2\n']);
  expect(ends[2]?.startedAt && ends[0]?.finishedAt && ends[2].startedAt >= ends[0].finishedAt).toBe(true);
});
