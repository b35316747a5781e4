import type { ExecuteInput } from '../generated/graphql.ts';

/** An execution, and what it was submitted with as far as the server tells it. */
export interface Shown {
  readonly id: string;
  readonly input: Omit<ExecuteInput, 'stdinOpen'>;
  /** Of the server, without a slash at the end. */
  readonly origin: string;
  readonly withKey: boolean;
  /** Whether its standard input is open, so that it can be written to. */
  readonly stdinOpen: boolean;
}

const WATCH = `subscription Watch($id: ID!, $after: Int) {
  output(id: $id, after: $after) {
    chunks { seq stream text }
    cursor
    ended
    execution { status endReason exitCode message }
  }
}`;
const RUN =
  'mutation Run($input: ExecuteInput!) { execute(input: $input) ' +
  '{ ... on ExecuteSuccess { execution { id } } ... on UserError { code message } } }';

/** GraphiQL reads an operation from its address, but no variables. */
function watchOf(id: string): string {
  return WATCH.replace('Watch($id: ID!, $after: Int)', 'Watch').replace(
    'id: $id, after: $after',
    `id: ${JSON.stringify(id)}, after: 0`,
  );
}

/** The address of GraphiQL with the subscription to this execution's output filled in. */
export function graphiqlAddress(path: string, id: string): string {
  return `${path}?${new URLSearchParams({ query: watchOf(id) })}`;
}

/** Commands that watch this execution, and that submit the same program again. */
export function asCurl({ id, input, origin, withKey, stdinOpen }: Shown): string {
  const key = withKey ? ` \\\n  -H "authorization: Bearer $PODLINE_API_KEY"` : '';
  const body = JSON.stringify({ query: RUN, variables: { input } }, null, 2);
  const write = `# Write a line to its standard input, while it runs.
curl -s ${origin}/result/${id}/stdin${key} --data-binary $'a line\\n'

`;
  return `# Watch this execution.
curl -N ${origin}/result/${id}/stream${key}

${stdinOpen ? write : ''}# Run the program again.
curl -s ${origin}/graphql -H 'content-type: application/json'${key} \\
  --data-binary @- <<'PODLINE'
${body}
PODLINE
`;
}

/** A program for Node or a browser that submits the same program and prints its output as it comes. */
export function asTypeScript({ id, input, origin, withKey }: Shown): string {
  const authorization = withKey ? `, authorization: \`Bearer \${process.env.PODLINE_API_KEY}\`` : '';
  const parameters = withKey
    ? `,\n  connectionParams: { authorization: \`Bearer \${process.env.PODLINE_API_KEY}\` }`
    : '';
  return `// npm install graphql-ws graphql
import { createClient } from 'graphql-ws';

const input = ${JSON.stringify(input, null, 2)};

/** Submits the program; resolves to the id of its execution. */
async function run(): Promise<string> {
  const response = await fetch('${origin}/graphql', {
    method: 'POST',
    headers: { 'content-type': 'application/json'${authorization} },
    body: JSON.stringify({ query: \`${RUN}\`, variables: { input } }),
  });
  const { data, errors } = await response.json();
  if (!data?.execute.execution) throw new Error(data?.execute.message ?? errors[0].message);
  return data.execute.execution.id;
}

const client = createClient({
  url: '${origin.replace(/^http/, 'ws')}/graphql'${parameters},
});
const query = \`${WATCH}\`;

// This execution; for a new one: const id = await run();
const id = '${id}';
type Event = { output: { chunks: { text: string }[] } };
for await (const { data } of client.iterate<Event>({ query, variables: { id, after: 0 } })) {
  for (const chunk of data?.output.chunks ?? []) process.stdout.write(chunk.text);
}
`;
}
