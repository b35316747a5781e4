import { graphql } from '../generated/gql.ts';
import type { SessionCellsQuery, SessionFactsFragment } from '../generated/graphql.ts';

/** A session without its executions. */
export type Session = SessionFactsFragment;
/** A session with a page of its executions. */
export type SessionPage = NonNullable<SessionCellsQuery['session']>;
/** One execution of a session, as a list of them tells it: without code and output. */
export type Cell = SessionPage['executions']['edges'][number]['node'] & {
  /** What follows it in the list comes after this. */
  readonly cursor: string;
};

export const SessionFacts = graphql(`
  fragment SessionFacts on Session {
    id
    status
    endReason
    message
    language
    idleTimeoutMs
    createdAt
    expiresAt
    endedAt
    contexts {
      name
      executionCount
      stateLost
    }
  }
`);

export const Sessions = graphql(`
  query Sessions($first: Int!, $after: String) {
    sessions(first: $first, after: $after) {
      edges {
        node {
          ...SessionFacts
        }
      }
      pageInfo {
        hasNextPage
        hasPreviousPage
        endCursor
      }
    }
    sessionLimits {
      minIdleTimeoutMs
      idleTimeoutMs
      lifetimeMs
      maxOpen
    }
  }
`);

export const CreateSession = graphql(`
  mutation CreateSession($input: CreateSessionInput!) {
    createSession(input: $input) {
      __typename
      ... on CreateSessionSuccess {
        session {
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

export const EndSession = graphql(`
  mutation EndSession($id: ID!) {
    endSession(id: $id) {
      __typename
      ... on UserError {
        message
      }
    }
  }
`);

export const SessionCells = graphql(`
  query SessionCells($id: ID!, $first: Int!, $after: String) {
    session(id: $id) {
      ...SessionFacts
      executions(first: $first, after: $after) {
        edges {
          cursor
          node {
            id
            context
            ...Watched
          }
        }
        pageInfo {
          hasNextPage
          endCursor
        }
      }
    }
  }
`);

export const FollowSession = graphql(`
  subscription FollowSession($id: ID!) {
    session(id: $id) {
      ...SessionFacts
    }
  }
`);
