import type { Endpoint } from '../connection/endpoint.ts';
import { request } from '../connection/request.ts';
import { CommandError } from '../errors.ts';
import { graphql } from '../generated/gql.ts';
import type { ExecuteInput } from '../generated/graphql.ts';

const Submit = graphql(`
  mutation Submit($input: ExecuteInput!) {
    execute(input: $input) {
      __typename
      ... on ExecuteSuccess {
        execution {
          id
        }
      }
      ... on UserError {
        code
        message
      }
    }
  }
`);

/** Submits a program and resolves to its id. @throws CommandError when it is refused or the server cannot be reached */
export async function submit(endpoint: Endpoint, input: ExecuteInput): Promise<string> {
  const { execute } = await request(endpoint, Submit, { input });
  if (execute.__typename === 'ExecuteSuccess') return execute.execution.id;
  throw new CommandError(execute.message);
}
