import { describe, expect, test } from 'vitest';
import type { ListRequest } from '../../src/executions/executions.ts';
import { contextOf, errorsOf, executionOf, run } from './fake.ts';

const LIST = `query($first: Int, $after: String, $filter: ExecutionFilter) {
  executions(first: $first, after: $after, filter: $filter) {
    edges { cursor node { id } }
    pageInfo { hasNextPage hasPreviousPage startCursor endCursor }
  }
}`;

const ids = [3, 2, 1].map((n) => `01980000-0000-7000-8000-00000000000${n}`);

interface Page {
  edges: { cursor: string; node: { id: string } }[];
  pageInfo: {
    hasNextPage: boolean;
    hasPreviousPage: boolean;
    startCursor: string | null;
    endCursor: string | null;
  };
}

/** Lists three executions as the domain would. */
function listing() {
  const requests: ListRequest[] = [];
  const context = contextOf({
    list: async (_caller, request) => {
      requests.push(JSON.parse(JSON.stringify(request)));
      const { first, after } = request;
      return ids
        .filter((id) => after === undefined || id < after)
        .slice(0, first + 1)
        .map((id) => executionOf({ id }));
    },
  });
  const page = async (variables: Record<string, unknown>): Promise<Page> => {
    const { data, errors } = await run(LIST, context, variables);
    expect(errors).toBeUndefined();
    return data?.executions as Page;
  };
  return { requests, context, page };
}

describe('executions', () => {
  test('goes through its pages by cursor', async () => {
    const { page, requests } = listing();
    const one = await page({ first: 2 });
    expect(one.edges.map(({ node }) => node.id)).toEqual(ids.slice(0, 2));
    expect(one.pageInfo).toEqual({
      hasNextPage: true,
      hasPreviousPage: false,
      startCursor: one.edges[0]?.cursor,
      endCursor: one.edges[1]?.cursor,
    });
    const two = await page({ first: 2, after: one.pageInfo.endCursor });
    expect(two.edges.map(({ node }) => node.id)).toEqual(ids.slice(2));
    expect(two.pageInfo).toMatchObject({ hasNextPage: false, hasPreviousPage: true });
    const three = await page({ first: 2, after: two.pageInfo.endCursor });
    expect(three).toEqual({
      edges: [],
      pageInfo: { hasNextPage: false, hasPreviousPage: true, startCursor: null, endCursor: null },
    });
    expect(requests.map(({ after }) => after)).toEqual([undefined, ids[1], ids[2]]);
  });

  test('takes nulls for what is not given', async () => {
    const { page, requests } = listing();
    await page({ first: null, after: null, filter: null });
    await page({
      filter: { statuses: null, language: null, label: null, createdAfter: null, createdBefore: null },
    });
    await page({ filter: { statuses: [] } });
    expect(requests).toEqual([
      { first: 20, filter: {} },
      { first: 20, filter: {} },
      { first: 20, filter: {} },
    ]);
  });

  test('hands the filter over', async () => {
    const { page, requests } = listing();
    await page({
      filter: {
        statuses: ['RUNNING', 'QUEUED'],
        language: 'python',
        label: { name: 'team', value: '' },
        createdAfter: '1970-01-01T00:00:01.500Z',
        createdBefore: '1970-01-01T01:00:02+01:00',
      },
    });
    expect(requests[0]?.filter).toEqual({
      statuses: ['RUNNING', 'QUEUED'],
      language: 'python',
      label: { name: 'team', value: '' },
      createdAfter: 1500,
      createdBefore: 2000,
    });
  });

  test.each([-1, 0, 101, 2_000_000_000])('refuses first: %i', async (first) => {
    const result = await run(LIST, listing().context, { first });
    expect(errorsOf(result)).toEqual([
      { code: 'BAD_USER_INPUT', message: `Expected \`first\` to be 1 to 100, got ${first}.` },
    ]);
  });

  test.each([
    '',
    'x',
    Buffer.from('v1:nothing').toString('base64url'),
    Buffer.from(`v0:${ids[0]}`).toString('base64url'),
  ])('refuses the cursor %j', async (after) => {
    const [error] = errorsOf(await run(LIST, listing().context, { after }));
    expect(error?.code).toBe('BAD_USER_INPUT');
    expect(error?.message).toContain(`got ${JSON.stringify(after)}`);
  });

  test('refuses a cursor with something added', async () => {
    const { page, context } = listing();
    const { pageInfo } = await page({ first: 1 });
    expect(errorsOf(await run(LIST, context, { after: `${pageInfo.endCursor}=` }))[0]?.code).toBe(
      'BAD_USER_INPUT',
    );
  });

  test('nobody may not', async () => {
    expect(errorsOf(await run(LIST, contextOf({}, null)))[0]?.code).toBe('UNAUTHENTICATED');
  });
});
