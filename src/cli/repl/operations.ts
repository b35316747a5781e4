import type { Endpoint } from '../connection/endpoint.ts';
import { request } from '../connection/request.ts';
import { CommandError } from '../errors.ts';
import { graphql } from '../generated/gql.ts';
import type { CreateSessionInput, SessionStateQuery } from '../generated/graphql.ts';

const Create = graphql(`
  mutation CreateSession($input: CreateSessionInput!) {
    createSession(input: $input) {
      __typename
      ... on CreateSessionSuccess {
        session {
          id
          language
        }
      }
      ... on UserError {
        message
      }
    }
  }
`);

const State = graphql(`
  query SessionState($id: ID!) {
    session(id: $id) {
      id
      language
      status
      endReason
      message
      contexts {
        name
        executionCount
        stateLost
      }
    }
  }
`);

const End = graphql(`
  mutation EndSession($id: ID!) {
    endSession(id: $id) {
      __typename
      ... on EndSessionSuccess {
        session {
          status
          endReason
        }
      }
      ... on UserError {
        message
      }
    }
  }
`);

const WriteLine = graphql(`
  mutation WriteLine($id: ID!, $data: String!, $end: Boolean!) {
    writeStdin(id: $id, data: $data, end: $end) {
      __typename
    }
  }
`);

export type SessionState = NonNullable<SessionStateQuery['session']>;

/** @throws CommandError when it is refused, or the server cannot be reached */
export async function createSession(
  endpoint: Endpoint,
  input: CreateSessionInput,
): Promise<{ id: string; language: string }> {
  const { createSession: answer } = await request(endpoint, Create, { input });
  if (answer.__typename === 'CreateSessionSuccess') return answer.session;
  throw new CommandError(answer.message);
}

/** @throws CommandError when there is none of this id, or the server cannot be reached */
export async function readSession(endpoint: Endpoint, id: string): Promise<SessionState> {
  const { session } = await request(endpoint, State, { id });
  if (session) return session;
  throw new CommandError(`There is no session ${id}.`);
}

/** Ends a session; harmless to repeat. @throws CommandError when there is none of this id */
export async function endSession(endpoint: Endpoint, id: string): Promise<void> {
  const { endSession: answer } = await request(endpoint, End, { id });
  if (answer.__typename !== 'EndSessionSuccess') throw new CommandError(answer.message);
}

/** Gives a program that may ask what was typed; whether it takes it is its own affair. @param data with its line's end */
export async function writeToProgram(
  endpoint: Endpoint,
  id: string,
  data: string,
  end: boolean,
): Promise<void> {
  await request(endpoint, WriteLine, { id, data, end });
}
