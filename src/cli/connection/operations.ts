import { CommandError } from '../errors.ts';
import { graphql } from '../generated/gql.ts';
import type {
  CreateSessionInput,
  ExecuteInput,
  ReadChunksQuery,
  SessionStateQuery,
  SubmitMutation,
} from '../generated/graphql.ts';
import type { Endpoint } from './endpoint.ts';
import { request } from './request.ts';

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
      ... on InvalidInputError {
        field
      }
      ... on UnsupportedLanguageError {
        supported
      }
    }
  }
`);

/** Why a submission was not taken; nothing was recorded. */
type Refusal = Exclude<SubmitMutation['execute'], { __typename: 'ExecuteSuccess' }>;

/** The server refused a submission. */
export class RefusedError extends CommandError {
  override readonly name = 'RefusedError';
  readonly refusal: Refusal;

  constructor(refusal: Refusal) {
    super(refusal.message);
    this.refusal = refusal;
  }
}

/** Submits a program and resolves to its id. @throws RefusedError; CommandError when the server cannot be reached */
export async function submit(endpoint: Endpoint, input: ExecuteInput): Promise<string> {
  const { execute } = await request(endpoint, Submit, { input });
  if (execute.__typename === 'ExecuteSuccess') return execute.execution.id;
  throw new RefusedError(execute);
}

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

const Interrupt = graphql(`
  mutation Interrupt($id: ID!) {
    interrupt(id: $id) {
      __typename
      ... on InterruptSuccess {
        execution {
          status
        }
      }
    }
  }
`);

/** Interrupts a program that runs; false when it does not run, or cannot be interrupted there. @throws CommandError */
export async function interruptExecution(endpoint: Endpoint, id: string): Promise<boolean> {
  const { interrupt } = await request(endpoint, Interrupt, { id });
  return interrupt.__typename === 'InterruptSuccess' && interrupt.execution.status === 'RUNNING';
}

/** Asks the service to stop an execution; the answer tells what became of that. @throws CommandError */
export async function cancelExecution(endpoint: Endpoint, id: string) {
  const { cancel } = await request(endpoint, Cancel, { id });
  return cancel;
}

const Chunks = graphql(`
  query ReadChunks($id: ID!, $first: Int!, $after: Int!) {
    execution(id: $id) {
      chunks(first: $first, after: $after) {
        chunks {
          seq
          stream
          text
          at
        }
        cursor
        hasMore
      }
    }
  }
`);

/** Chunks asked for at once; few enough that even long ones stay within the service's bound on one answer. */
const PAGE = 500;

/** Text of one stream, numbered within its execution. */
export type LogChunk = NonNullable<ReadChunksQuery['execution']>['chunks']['chunks'][number];

/** What an execution has printed so far after chunk number `after`, page by page. @throws CommandError */
export async function* readChunks(
  endpoint: Endpoint,
  id: string,
  after: number,
): AsyncGenerator<readonly LogChunk[]> {
  for (let cursor = after; ; ) {
    const { execution }: ReadChunksQuery = await request(endpoint, Chunks, {
      id,
      first: PAGE,
      after: cursor,
    });
    if (!execution) throw new CommandError(`There is no execution ${id}.`);
    const { chunks, hasMore } = execution.chunks;
    if (chunks.length > 0) yield chunks;
    if (!hasMore) return;
    cursor = execution.chunks.cursor;
  }
}

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
