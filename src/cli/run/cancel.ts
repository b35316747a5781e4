import type { Endpoint } from '../connection/endpoint.ts';
import { request } from '../connection/request.ts';
import { graphql } from '../generated/gql.ts';

const Cancel = graphql(`
  mutation Cancel($id: ID!) {
    cancel(id: $id) {
      __typename
      ... on CancelSuccess {
        execution {
          status
        }
      }
      ... on UserError {
        code
        message
      }
    }
  }
`);

/** Asks the service to stop an execution; the answer tells what became of that. @throws CommandError */
export async function cancelExecution(endpoint: Endpoint, id: string) {
  const { cancel } = await request(endpoint, Cancel, { id });
  return cancel;
}
