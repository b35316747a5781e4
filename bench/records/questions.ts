import type { GraphQLRequest } from '../client/http.ts';
import { executing } from '../client/operations.ts';
import { hello } from '../programs/programs.ts';

const FIELDS = 'id status endReason exitCode language createdAt finishedAt outputBytes usage { wallMs }';

/** What is asked at both sizes; `id` is one of the stored ids, drawn anew each time. */
export const QUESTIONS: readonly { readonly name: string; readonly ask: (id: string) => GraphQLRequest }[] = [
  {
    name: 'get one, by id',
    ask: (id) => ({
      query: `query ($id: ID!) { execution(id: $id) { ${FIELDS} output } }`,
      variables: { id },
    }),
  },
  { name: 'list, newest 20', ask: () => page({}) },
  { name: 'list, 20 from somewhere', ask: (id) => page({ filter: { createdBefore: timeOf(id) } }) },
  { name: 'list, newest 20 that failed', ask: () => page({ filter: { statuses: ['FAILED'] } }) },
  {
    name: 'list, newest 20 of a label and status',
    ask: () => page({ filter: { label: { name: 'team', value: '10' }, statuses: ['SUCCEEDED'] } }),
  },
  { name: 'submit', ask: () => executing(hello('python')) },
];

function page(variables: object): GraphQLRequest {
  const query = `query ($filter: ExecutionFilter) {
    executions(first: 20, filter: $filter) { edges { cursor node { ${FIELDS} } } pageInfo { hasNextPage endCursor } }
  }`;
  return { query, variables };
}

/** The time a UUIDv7 begins with. */
function timeOf(id: string): string {
  return new Date(Number.parseInt(id.replace('-', '').slice(0, 12), 16)).toISOString();
}
