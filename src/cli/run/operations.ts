import type { Endpoint } from '../connection/endpoint.ts';
import { request } from '../connection/request.ts';
import { CommandError } from '../errors.ts';
import { graphql } from '../generated/gql.ts';
import type { ExecuteInput, ReadChunksQuery, SubmitMutation } from '../generated/graphql.ts';

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
