/** An execution as it is asked for. */
export interface Seen {
  readonly id: string;
  readonly status: string;
  readonly endReason: string | null;
  readonly message: string | null;
  readonly exitCode: number | null;
  readonly outputBytes: number;
  readonly outputTruncated: boolean;
  readonly startedAt: string | null;
  readonly finishedAt: string | null;
  /** `cpuMs` is null when the launcher did not tell the end. */
  readonly usage: { readonly cpuMs: number | null } | null;
  readonly runner: {
    readonly job: string | null;
    readonly pod: string | null;
    readonly warm: boolean;
  } | null;
}

const FIELDS =
  'id status endReason message exitCode outputBytes outputTruncated startedAt finishedAt usage { cpuMs } runner { job pod warm }';

export interface Submitted {
  readonly execute: {
    readonly __typename: string;
    readonly message?: string;
    readonly execution?: { readonly id: string };
  };
}

export const EXECUTE = `mutation ($input: ExecuteInput!) {
  execute(input: $input) {
    __typename
    ... on UserError { message }
    ... on ExecuteSuccess { execution { id } }
  }
}`;

/** A session as it is asked for. */
export interface SeenSession {
  readonly id: string;
  readonly status: string;
  readonly endReason: string | null;
  readonly message: string | null;
  readonly endedAt: string | null;
}

const SESSION = 'id status endReason message endedAt';

export interface CreatedSession {
  readonly createSession: {
    readonly __typename: string;
    readonly message?: string;
    readonly session?: { readonly id: string };
  };
}

export const CREATE_SESSION = `mutation ($input: CreateSessionInput!) {
  createSession(input: $input) {
    __typename
    ... on UserError { message }
    ... on CreateSessionSuccess { session { id } }
  }
}`;

export interface EndedSession {
  readonly endSession: {
    readonly __typename: string;
    readonly message?: string;
    readonly session?: { readonly id: string };
  };
}

export const END_SESSION = `mutation ($id: ID!) {
  endSession(id: $id) {
    __typename
    ... on UserError { message }
    ... on EndSessionSuccess { session { id } }
  }
}`;

export interface FoundSession {
  readonly session: SeenSession | null;
}

export const FIND_SESSION = `query ($id: ID!) { session(id: $id) { ${SESSION} } }`;

export interface Cancelled {
  readonly cancel: { readonly __typename: string; readonly message?: string };
}

export const CANCEL = 'mutation ($id: ID!) { cancel(id: $id) { __typename ... on UserError { message } } }';

export interface Written {
  readonly writeStdin: { readonly __typename: string; readonly message?: string; readonly offset?: number };
}

export const WRITE = `mutation ($id: ID!, $data: String!, $offset: Int!, $end: Boolean!) {
  writeStdin(id: $id, data: $data, offset: $offset, end: $end) {
    __typename
    ... on UserError { message }
    ... on StdinOffsetError { offset }
  }
}`;

export interface Found {
  readonly execution: Seen | null;
}

export const FIND = `query ($id: ID!) { execution(id: $id) { ${FIELDS} } }`;

export interface Listed {
  readonly executions: {
    readonly edges: readonly { readonly node: Seen }[];
    readonly pageInfo: { readonly hasNextPage: boolean; readonly endCursor: string | null };
  };
}

export const LIST = `query ($after: String) {
  executions(first: 100, after: $after) { edges { node { ${FIELDS} } } pageInfo { hasNextPage endCursor } }
}`;

export interface Chunk {
  readonly seq: number;
  readonly stream: 'STDOUT' | 'STDERR';
  readonly text: string;
}

export interface Watched {
  readonly output: {
    readonly chunks: readonly Chunk[];
    readonly cursor: number;
    readonly ended: boolean;
    readonly execution: Pick<Seen, 'status' | 'endReason' | 'exitCode'>;
  };
}

export const WATCH = `subscription ($id: ID!, $after: Int) {
  output(id: $id, after: $after) {
    chunks { seq stream text } cursor ended execution { status endReason exitCode }
  }
}`;
