import { chosenEndpoint } from '../connection/connect.ts';
import { endSession } from '../connection/operations.ts';
import { request } from '../connection/request.ts';
import { UsageError } from '../errors.ts';
import { graphql } from '../generated/gql.ts';
import { CONNECTION_HELP, connectionOptions, parseCount, parseOptions } from '../options.ts';
import type { Shell } from '../shell.ts';

export const help = `podline sessions [-a] [-n N] [--json]
podline sessions end ID

Lists your sessions that are open, newest first, or ends one.

  -a, --all         also those that have ended
  -n, --number N    at most so many; 20 unless it is given
      --json        a line of JSON for each
${CONNECTION_HELP}
`;

export const options = {
  ...connectionOptions,
  all: { type: 'boolean', short: 'a' },
  number: { type: 'string', short: 'n' },
  json: { type: 'boolean' },
} as const;

const Sessions = graphql(`
  query ListSessions($first: Int!) {
    sessions(first: $first) {
      edges {
        node {
          id
          status
          endReason
          language
          createdAt
          expiresAt
          contexts {
            name
            executionCount
            stateLost
          }
        }
      }
    }
  }
`);

export async function run(argv: readonly string[], shell: Shell): Promise<number> {
  const { values, positionals } = parseOptions(argv, options);
  const endpoint = chosenEndpoint(values, shell);
  const [verb, id, ...more] = positionals;
  if (verb !== undefined) {
    if (verb !== 'end' || id === undefined || more.length > 0) {
      throw new UsageError(`Expected nothing, or "end ID", got ${positionals.join(' ')}.`);
    }
    await endSession(endpoint, id);
    await shell.stdout.write(`${id} has ended.\n`);
    return 0;
  }
  const first = values.number === undefined ? 20 : parseCount('--number', values.number, 1);
  const { sessions } = await request(endpoint, Sessions, { first });
  const nodes = sessions.edges
    .map(({ node }) => node)
    .filter(({ status }) => values.all === true || status !== 'ENDED');
  const lines = nodes.map((node) => (values.json ? JSON.stringify(node) : describe(node)));
  await shell.stdout.write(lines.map((line) => `${line}\n`).join(''));
  return 0;
}

function describe(session: {
  readonly id: string;
  readonly status: string;
  readonly endReason?: string | null;
  readonly language: string;
  readonly createdAt: string;
  readonly contexts: readonly { readonly name: string; readonly executionCount: number }[];
}): string {
  const { id, status, endReason, language, createdAt, contexts } = session;
  const state = (endReason ?? status).padEnd(17);
  const used = contexts.map(({ name, executionCount }) => `${name} (${executionCount})`).join(', ');
  return `${id}  ${state}  ${language.padEnd(10)}  ${createdAt}  ${used}`.trimEnd();
}
