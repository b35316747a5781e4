import { CONNECTION_HELP, connectionOptions, onePositional, parseOptions } from '../arguments/parse.ts';
import { chosenEndpoint } from '../connection/connect.ts';
import { request } from '../connection/request.ts';
import { CommandError } from '../errors.ts';
import { graphql } from '../generated/gql.ts';
import type { Shell } from '../shell.ts';

export const help = `podline cleanup ID

Removes what the runner still holds for an execution (Job, pod, process), cancelling it first if it still runs. Its
record and its output stay.

${CONNECTION_HELP}
`;

const Cleanup = graphql(`
  mutation Cleanup($id: ID!) {
    cleanup(id: $id) {
      __typename
      ... on CleanupSuccess {
        message
      }
      ... on UserError {
        code
        message
      }
    }
  }
`);

export async function run(argv: readonly string[], shell: Shell): Promise<number> {
  const { values, positionals } = parseOptions(argv, connectionOptions);
  const id = onePositional(positionals, 'ID');
  const { cleanup } = await request(chosenEndpoint(values, shell), Cleanup, { id });
  if (cleanup.__typename !== 'CleanupSuccess') throw new CommandError(cleanup.message);
  await shell.stdout.write(`${cleanup.message}\n`);
  return 0;
}
