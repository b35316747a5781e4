import type { GraphQLRequest } from './http.ts';

export type Language = 'python' | 'javascript';

export const LANGUAGES: readonly Language[] = ['python', 'javascript'];

/** `L`: names of languages. */
export interface Program<L extends string = string> {
  readonly language: L;
  readonly code: string;
  readonly stdinOpen?: boolean;
  /** Runs it in that session; in the interpreter of that name, where one is given. */
  readonly sessionId?: string;
  readonly context?: string;
  readonly limits?: { readonly timeoutMs?: number; readonly outputBytes?: number };
}

export function executing(program: Program): GraphQLRequest {
  return { query: EXECUTE, variables: { input: program } };
}

/** The id of what was submitted. @throws Error when it was refused */
export function submitted({ execute }: Executed): string {
  if (execute.execution) return execute.execution.id;
  throw new Error(`expected ExecuteSuccess, got ${execute.__typename}: ${execute.message}`);
}

export interface Executed {
  readonly execute: {
    readonly __typename: string;
    readonly message?: string;
    readonly execution?: { readonly id: string };
  };
}

const EXECUTE = `mutation ($input: ExecuteInput!) {
  execute(input: $input) { __typename ... on UserError { message } ... on ExecuteSuccess { execution { id } } }
}`;

export function watching(id: string): GraphQLRequest {
  return { query: WATCH, variables: { id } };
}

export interface Watched {
  readonly output: {
    readonly chunks: readonly { readonly seq: number; readonly text: string }[];
    readonly ended: boolean;
    readonly execution: { readonly status: string };
  };
}

const WATCH =
  'subscription ($id: ID!) { output(id: $id) { chunks { seq text } ended execution { status } } }';

export function writing(id: string, data: string): GraphQLRequest {
  return {
    query: 'mutation ($id: ID!, $data: String!) { writeStdin(id: $id, data: $data) { __typename } }',
    variables: { id, data },
  };
}

export function cancelling(id: string): GraphQLRequest {
  return { query: 'mutation ($id: ID!) { cancel(id: $id) { __typename } }', variables: { id } };
}
