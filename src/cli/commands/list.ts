import { chosenEndpoint } from '../connection/connect.ts';
import type { Endpoint } from '../connection/endpoint.ts';
import { request } from '../connection/request.ts';
import { graphql } from '../generated/gql.ts';
import type { ExecutionFilter, ListExecutionsQuery } from '../generated/graphql.ts';
import {
  CONNECTION_HELP,
  connectionOptions,
  noPositionals,
  parseChoice,
  parseCount,
  parseOptions,
  parsePair,
} from '../options.ts';
import { namedLanguage } from '../run/input.ts';
import type { Shell } from '../shell.ts';
import { formatDuration, formatTable } from '../terminal/format.ts';

export const help = `podline list [options]

Lists executions, newest first.

  -s, --status S    queued, starting, running, succeeded, failed or cancelled; may be repeated
  -l, --language L  only this language
      --label N=V   only with this label
  -n, --limit N     at most so many; 20 without it
      --json        print an array of records as JSON
${CONNECTION_HELP}
`;

const List = graphql(`
  query ListExecutions($first: Int!, $after: String, $filter: ExecutionFilter) {
    executions(first: $first, after: $after, filter: $filter) {
      edges {
        node {
          id
          status
          endReason
          exitCode
          language
          labels {
            name
            value
          }
          createdAt
          startedAt
          finishedAt
        }
      }
      pageInfo {
        hasNextPage
        endCursor
      }
    }
  }
`);

/** What the contract allows for one page. */
const PAGE = 100;

const STATUSES = ['QUEUED', 'STARTING', 'RUNNING', 'SUCCEEDED', 'FAILED', 'CANCELLED'] as const;

export const options = {
  ...connectionOptions,
  status: { type: 'string', short: 's', multiple: true },
  language: { type: 'string', short: 'l' },
  label: { type: 'string' },
  limit: { type: 'string', short: 'n' },
  json: { type: 'boolean' },
} as const;

type Listed = ListExecutionsQuery['executions']['edges'][number]['node'];

export async function run(argv: readonly string[], shell: Shell): Promise<number> {
  const { values, positionals } = parseOptions(argv, options);
  noPositionals(positionals);
  const limit = parseCount('--limit', values.limit ?? '20', 1);
  const filter: ExecutionFilter = {
    ...(values.status && { statuses: values.status.map((text) => parseChoice('--status', text, STATUSES)) }),
    ...(values.language !== undefined && { language: namedLanguage(values.language) }),
    ...(values.label !== undefined && { label: parsePair('--label', values.label) }),
  };
  const listed = await readPages(chosenEndpoint(values, shell), filter, limit);
  await shell.stdout.write(values.json ? `${JSON.stringify(listed, null, 2)}\n` : formatList(listed));
  return 0;
}

async function readPages(endpoint: Endpoint, filter: ExecutionFilter, limit: number): Promise<Listed[]> {
  const listed: Listed[] = [];
  let after: string | null = null;
  while (listed.length < limit) {
    const first = Math.min(PAGE, limit - listed.length);
    const { executions }: ListExecutionsQuery = await request(endpoint, List, { first, after, filter });
    listed.push(...executions.edges.map((edge) => edge.node));
    after = executions.pageInfo.endCursor;
    if (!executions.pageInfo.hasNextPage || after === null) break;
  }
  return listed;
}

function formatList(listed: readonly Listed[]): string {
  const rows = listed.map((execution) => [
    execution.id,
    execution.status,
    execution.endReason === 'EXITED' ? `exit ${execution.exitCode}` : (execution.endReason ?? ''),
    execution.language,
    execution.createdAt,
    execution.startedAt !== null && execution.finishedAt !== null
      ? formatDuration(Date.parse(execution.finishedAt) - Date.parse(execution.startedAt))
      : '',
    execution.labels.map(({ name, value }) => `${name}=${value}`).join(' '),
  ]);
  return formatTable(['ID', 'STATUS', 'END', 'LANGUAGE', 'CREATED', 'TOOK', 'LABELS'], rows);
}
