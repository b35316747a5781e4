import { chosenEndpoint } from '../connection/connect.ts';
import { findId } from '../connection/find.ts';
import { request } from '../connection/request.ts';
import { CommandError } from '../errors.ts';
import { graphql } from '../generated/gql.ts';
import { CONNECTION_HELP, connectionOptions, onePositional, parseOptions } from '../options.ts';
import type { Shell } from '../shell.ts';

export const help = `podline cleanup ID

Deletes the Job, pod or process of an execution and the files it left, cancelling it first if it still runs. Its record and
its output stay.

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

export const options = connectionOptions;

export async function run(argv: readonly string[], shell: Shell): Promise<number> {
  const { values, positionals } = parseOptions(argv, options);
  const endpoint = chosenEndpoint(values, shell);
  const id = await findId(endpoint, onePositional(positionals, 'ID'));
  const { cleanup } = await request(endpoint, Cleanup, { id });
  if (cleanup.__typename !== 'CleanupSuccess') throw new CommandError(cleanup.message);
  await shell.stdout.write(`${cleanup.message}\n`);
  return 0;
}
