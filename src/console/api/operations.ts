import { graphql } from '../generated/gql.ts';
import type { RuntimesQuery, SubmitMutation, WatchedFragment } from '../generated/graphql.ts';

/** What changes while an execution goes on. */
export type Watched = WatchedFragment;
/** A language that the server runs. */
export type Runtime = RuntimesQuery['runtimes'][number];
/** Why a submission was not taken. */
export type Refusal = Exclude<SubmitMutation['execute'], { __typename: 'ExecuteSuccess' }>;

export const WatchedFields = graphql(`
  fragment Watched on Execution {
    status
    endReason
    message
    exitCode
    signal
    startedAt
    finishedAt
    queuePosition
    outputTruncated
    stdinBytes
    stdinClosed
    usage {
      wallMs
      cpuMs
      maxMemoryMb
    }
  }
`);

export const AllLimits = graphql(`
  fragment AllLimits on Limits {
    timeoutMs
    memoryMb
    cpuMillis
    outputBytes
  }
`);

export const Runtimes = graphql(`
  query Runtimes {
    runtimes {
      language
      version
      isDefault
      stdinOpen
      interruptible
      sessions
      contexts
      notes
      minimums {
        ...AllLimits
      }
      defaults {
        ...AllLimits
      }
      maximums {
        ...AllLimits
      }
    }
  }
`);

export const Submit = graphql(`
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
      ... on InvalidInputError {
        field
      }
      ... on QueueFullError {
        retryAfterMs
      }
    }
  }
`);

export const Cancel = graphql(`
  mutation Cancel($id: ID!) {
    cancel(id: $id) {
      __typename
      ... on UserError {
        message
      }
    }
  }
`);

export const Interrupt = graphql(`
  mutation Interrupt($id: ID!) {
    interrupt(id: $id) {
      __typename
      ... on UserError {
        message
      }
    }
  }
`);

export const WriteStdin = graphql(`
  mutation WriteStdin($id: ID!, $data: String!, $offset: Int!, $end: Boolean!) {
    writeStdin(id: $id, data: $data, offset: $offset, end: $end) {
      __typename
      ... on UserError {
        message
      }
      ... on StdinFullError {
        retryAfterMs
      }
      ... on StdinOffsetError {
        offset
      }
    }
  }
`);

export const Program = graphql(`
  query Program($id: ID!) {
    execution(id: $id) {
      id
      language
      code
      args
      stdinOpen
      createdAt
      context
      session {
        id
        status
      }
      labels {
        name
        value
      }
      limits {
        ...AllLimits
      }
      ...Watched
    }
  }
`);

export const Progress = graphql(`
  query Progress($id: ID!) {
    execution(id: $id) {
      ...Watched
    }
  }
`);

export const Chunks = graphql(`
  query Chunks($id: ID!, $after: Int!) {
    execution(id: $id) {
      chunks(first: 1000, after: $after) {
        chunks {
          text
        }
        cursor
        hasMore
      }
    }
  }
`);

export const Files = graphql(`
  query Files($id: ID!) {
    execution(id: $id) {
      files {
        path
        bytes
        mediaType
        url
      }
      omittedFiles {
        path
        reason
      }
    }
  }
`);

export const Displayed = graphql(`
  query Displayed($id: ID!, $before: Int!) {
    execution(id: $id) {
      chunks(first: 1, after: $before) {
        chunks {
          display {
            parts {
              mediaType
              text
              url
              bytes
            }
          }
        }
      }
    }
  }
`);

export const List = graphql(`
  query List($first: Int!, $after: String, $filter: ExecutionFilter) {
    executions(first: $first, after: $after, filter: $filter) {
      edges {
        node {
          id
          status
          endReason
          exitCode
          signal
          message
          language
          createdAt
          startedAt
          finishedAt
          queuePosition
          labels {
            name
            value
          }
        }
      }
      pageInfo {
        hasNextPage
        hasPreviousPage
        endCursor
      }
    }
  }
`);

export const Count = graphql(`
  fragment Count on SessionConnection {
    edges {
      cursor
    }
  }
`);

export const ServerHealth = graphql(`
  query ServerHealth {
    health {
      status
      version
      uptimeSeconds
      running
      queued
      checks {
        name
        status
        latencyMs
        message
      }
    }
    starting: sessions(first: 100, status: STARTING) {
      ...Count
    }
    idle: sessions(first: 100, status: IDLE) {
      ...Count
    }
    busy: sessions(first: 100, status: BUSY) {
      ...Count
    }
    sessionLimits {
      maxOpen
    }
  }
`);
