/* eslint-disable */
/** Internal type. DO NOT USE DIRECTLY. */
type Exact<T extends { [key: string]: unknown }> = { [K in keyof T]: T[K] };
/** Internal type. DO NOT USE DIRECTLY. */
export type Incremental<T> = T | { [P in keyof T]?: P extends ' $fragmentName' | '__typename' ? T[P] : never };
import type { DocumentTypeDecoration } from '@graphql-typed-document-node/core';
/** A session and what its sandbox has. Nothing is required. */
export type CreateSessionInput = {
  /** Environment of everything that runs in it, up to 64 variables and 65536 bytes. Values are never stored. */
  env?: Array<EnvironmentVariableInput>;
  /** Files placed in its directory, up to 64 files and 4194304 bytes. Files that an execution leaves there are there for the next one. */
  files?: Array<FileInput>;
  /** Makes a creation safe to repeat: the same key with the same input returns the same session, which may have ended by then; with another input it is an `IdempotencyConflictError`. */
  idempotencyKey?: string | null | undefined;
  /** It ends when nothing has run in it for this long, milliseconds: 1000 or more, and no longer than a session lives. 10 minutes unless the server's settings say otherwise. */
  idleTimeoutMs?: number | null | undefined;
  /** Labels of the session, up to 16; its executions have their own. */
  labels?: Array<LabelInput>;
  /** The language of everything that runs in it: one with `runtimes { sessions }`. */
  language?: string;
  /** Memory and processor time of the whole sandbox; all of them are what its executions have by default. */
  limits?: LimitsInput | null | undefined;
};

/** How text is written in an input. */
export type Encoding =
  /** Base64 of its bytes, which for programs must be UTF-8. */
  | 'BASE64'
  /** Plain text. */
  | 'UTF8';

/** Why an execution ended: exactly one reason, the first cause, recorded once. */
export type EndReason =
  /** `cancel` was called, or `cleanup` before it had ended. */
  | 'CANCELLED'
  /** Its compiler failed, and the program was not started; `exitCode` is the compiler's. */
  | 'COMPILE_FAILED'
  /** The cluster evicted or preempted its pod, or it wrote more to disk than allowed. */
  | 'EVICTED'
  /** The program exited; `exitCode` has its code. */
  | 'EXITED'
  /** The image of its language could not be pulled. */
  | 'IMAGE_UNAVAILABLE'
  /** Its node, pod or server was lost. The output up to then is kept. */
  | 'INTERRUPTED'
  /** It printed more than `limits.outputBytes`; the output up to the limit is kept. */
  | 'OUTPUT_LIMIT'
  /** It used more than `limits.memoryMb`. */
  | 'OUT_OF_MEMORY'
  /** Its session ended before it did, or before it started. */
  | 'SESSION_ENDED'
  /** A signal ended the program, and Podline did not send it; `signal` names it. */
  | 'SIGNALLED'
  /** It reached `limits.timeoutMs` and was killed. */
  | 'TIMED_OUT'
  /** The cluster had no capacity for it within the time limit, or rejected it. */
  | 'UNSCHEDULABLE';

/** A variable of the program's environment. Values are secrets: erased once the program has started. */
export type EnvironmentVariableInput = {
  /** Letters, digits and `_`, not beginning with a digit. */
  name: string;
  /** Any text without NUL. */
  value: string;
};

/** A program and its inputs. Only `code` is required. */
export type ExecuteInput = {
  /** Command-line arguments, up to 256 and 65536 bytes. */
  args?: Array<string>;
  /** The program, up to 1048576 bytes as UTF-8. */
  code: string;
  /** In a session: the name of an interpreter whose variables stay from one execution to the next, made at its first use; letters, digits and `- _ .` inside, up to 63 characters, and up to 8 of them. Without it a fresh process in the session's directory. */
  context?: string | null | undefined;
  /** How `code` is written. */
  encoding?: Encoding;
  /** Environment, up to 64 variables and 65536 bytes. */
  env?: Array<EnvironmentVariableInput>;
  /** Name of the program's file, as tracebacks show it. Default `main.py`, `main.js`, `main.ts`, `main.sh`, `main.c`, `main.cpp`, `main.go`, `main.rs`, `Main.java`, `main.rb`, `main.php`, `main.pl`, `main.lua`, `main.R` or `main.sql`. `.cjs` and `.mjs` choose the module format; `.js` is CommonJS unless it has the syntax of an ES module, as in Node. */
  fileName?: string | null | undefined;
  /** Files placed in the program's directory before it starts, up to 64 files and 4194304 bytes. */
  files?: Array<FileInput>;
  /** Makes a submission safe to repeat: the same key with the same input returns the same execution; with another input it is an `IdempotencyConflictError`. Keys are per caller, and valid as long as the record is kept. */
  idempotencyKey?: string | null | undefined;
  /** Labels to find it by later, up to 16. */
  labels?: Array<LabelInput>;
  /** One of `runtimes { language }`, such as `python`, `javascript`, `typescript`, `bash`, `c`, `cpp`, `go`, `rust`, `java`, `ruby`, `php`, `perl`, `lua`, `r`, `sqlite`. In a session one that is not given is the session's. */
  language?: string;
  /** Its limits; the defaults of its language where none is given. */
  limits?: LimitsInput | null | undefined;
  /** Which of the files that the program makes or changes are kept after its end: globs below the program's directory, such as `plots/*.png` (`*`, `?`, `[a-z]`, `{a,b}`, and `**` for any folders between). `[]` keeps none. Up to 32. */
  outputFiles?: Array<string>;
  /** The session to run it in: in its directory and with its environment, after what was submitted to it before. Its limits are the session's where none are given. Up to 100 executions wait in a session. */
  sessionId?: string | number | null | undefined;
  /** Standard input of the program, up to 4194304 bytes; then it ends, unless `stdinOpen`. */
  stdin?: string;
  /** Whether standard input stays open behind `stdin`, for `writeStdin`: for programs that ask while they run. Otherwise they find its end there. */
  stdinOpen?: boolean;
};

/** Which executions to list: those that match every condition given. */
export type ExecutionFilter = {
  /** Only submitted after this. */
  createdAfter?: string | null | undefined;
  /** Only submitted before this. */
  createdBefore?: string | null | undefined;
  /** Only with this label; both name and value must match. */
  label?: LabelInput | null | undefined;
  /** Only in this language. */
  language?: string | null | undefined;
  /** Only with one of these statuses; an empty list counts as not given. */
  statuses?: Array<ExecutionStatus> | null | undefined;
};

/** The current status of an execution. The last three are final. */
export type ExecutionStatus =
  /** It was cancelled before the program exited. */
  | 'CANCELLED'
  /** It ended in any other way; `endReason` says which. */
  | 'FAILED'
  /** Recorded; waiting in the queue. */
  | 'QUEUED'
  /** The program is running. */
  | 'RUNNING'
  /** Taken from the queue; its sandbox is being prepared. */
  | 'STARTING'
  /** The program exited with code 0. */
  | 'SUCCEEDED';

/** A file placed in the program's directory. */
export type FileInput = {
  /** Its content. */
  content: string;
  /** How `content` is written; BASE64 may hold any bytes. */
  encoding?: Encoding;
  /** Relative to the program's directory, with `/` between folders and no `..`, up to 512 bytes: `data/names.csv`. */
  path: string;
};

/** The health of the service, or of one of its parts. */
export type HealthStatus =
  /** It answers, but a part it needs is unavailable or slow. */
  | 'DEGRADED'
  /** Everything works. */
  | 'HEALTHY'
  /** It can neither run programs nor store records now. */
  | 'UNHEALTHY';

/** A label to attach to an execution, or to filter by. */
export type LabelInput = {
  /** 1 to 63 characters. */
  name: string;
  /** Up to 255 characters. */
  value: string;
};

/** Limits for one execution. A limit that is not given has the default of the language; one outside the minimum and maximum is refused. `runtimes` shows all three. */
export type LimitsInput = {
  /** CPU limit in millicores (1000 is one core); a program that needs more is throttled, not ended. */
  cpuMillis?: number | null | undefined;
  /** The program's own memory, MiB; beyond it the program ends `OUT_OF_MEMORY`. */
  memoryMb?: number | null | undefined;
  /** Bytes of stored output as UTF-8, stdout and stderr together; reaching it ends the program (`OUTPUT_LIMIT`). */
  outputBytes?: number | null | undefined;
  /** Wall time from the program's start, milliseconds; a program that reaches it is killed (`TIMED_OUT`). */
  timeoutMs?: number | null | undefined;
};

/** A stream that a program prints to. */
export type OutputStream =
  /** Rich results: the value of the last expression in a context, what `display()` was given, figures. `text` is their plain form; `display` has the rest. */
  | 'DISPLAY'
  /** Standard error: tracebacks, warnings, logs. */
  | 'STDERR'
  /** Standard output. */
  | 'STDOUT';

/** Why a session ended: exactly one reason, the first cause, recorded once. */
export type SessionEndReason =
  /** `endSession` was called. */
  | 'CLOSED'
  /** Nothing ran in it for its idle limit. */
  | 'IDLE_TIMEOUT'
  /** The image of its language could not be pulled. */
  | 'IMAGE_UNAVAILABLE'
  /** It has lived as long as a session may. */
  | 'LIFETIME'
  /** Its sandbox is gone: its node, pod or server was lost or stopped. */
  | 'LOST'
  /** Its sandbox used more than `limits.memoryMb`. */
  | 'OUT_OF_MEMORY'
  /** There was no room for its sandbox. */
  | 'UNSCHEDULABLE';

/** The current status of a session. */
export type SessionStatus =
  /** An execution runs in it. */
  | 'BUSY'
  /** Its sandbox is gone; its executions and their output stay. Final. */
  | 'ENDED'
  /** Nothing runs in it. */
  | 'IDLE'
  /** Its sandbox is being prepared; executions can be submitted already. */
  | 'STARTING';

export type FollowSubscriptionVariables = Exact<{
  id: string | number;
  after: number;
}>;


export type FollowSubscription = { output: { cursor: number, ended: boolean, chunks: Array<{ seq: number, stream: OutputStream, text: string }>, execution: { status: ExecutionStatus, endReason: EndReason | null, message: string | null, exitCode: number | null, signal: string | null, startedAt: string | null, finishedAt: string | null, queuePosition: number | null, outputTruncated: boolean, stdinBytes: number, stdinClosed: boolean, usage: { wallMs: number, cpuMs: number | null, maxMemoryMb: number | null } | null } } };

export type WatchedFragment = { status: ExecutionStatus, endReason: EndReason | null, message: string | null, exitCode: number | null, signal: string | null, startedAt: string | null, finishedAt: string | null, queuePosition: number | null, outputTruncated: boolean, stdinBytes: number, stdinClosed: boolean, usage: { wallMs: number, cpuMs: number | null, maxMemoryMb: number | null } | null };

export type AllLimitsFragment = { timeoutMs: number, memoryMb: number, cpuMillis: number, outputBytes: number };

export type RuntimesQueryVariables = Exact<{ [key: string]: never; }>;


export type RuntimesQuery = { runtimes: Array<{ language: string, version: string, isDefault: boolean, stdinOpen: boolean, interruptible: boolean, sessions: boolean, contexts: boolean, notes: Array<string>, minimums: { timeoutMs: number, memoryMb: number, cpuMillis: number, outputBytes: number }, defaults: { timeoutMs: number, memoryMb: number, cpuMillis: number, outputBytes: number }, maximums: { timeoutMs: number, memoryMb: number, cpuMillis: number, outputBytes: number } }> };

export type SubmitMutationVariables = Exact<{
  input: ExecuteInput;
}>;


export type SubmitMutation = { execute:
    | { __typename: 'ExecuteSuccess', execution: { id: string } }
    | { __typename: 'IdempotencyConflictError', code: string, message: string }
    | { __typename: 'InvalidInputError', code: string, message: string, field: string }
    | { __typename: 'NotFoundError', code: string, message: string }
    | { __typename: 'QueueFullError', code: string, message: string, retryAfterMs: number }
    | { __typename: 'SessionEndedError', code: string, message: string }
    | { __typename: 'UnsupportedLanguageError', code: string, message: string }
   };

export type CancelMutationVariables = Exact<{
  id: string | number;
}>;


export type CancelMutation = { cancel:
    | { __typename: 'AlreadyEndedError', message: string }
    | { __typename: 'CancelSuccess' }
    | { __typename: 'NotFoundError', message: string }
   };

export type InterruptMutationVariables = Exact<{
  id: string | number;
}>;


export type InterruptMutation = { interrupt:
    | { __typename: 'AlreadyEndedError', message: string }
    | { __typename: 'InterruptSuccess' }
    | { __typename: 'NotFoundError', message: string }
    | { __typename: 'NotSupportedError', message: string }
   };

export type WriteStdinMutationVariables = Exact<{
  id: string | number;
  data: string;
  offset: number;
  end: boolean;
}>;


export type WriteStdinMutation = { writeStdin:
    | { __typename: 'AlreadyEndedError', message: string }
    | { __typename: 'InvalidInputError', message: string }
    | { __typename: 'NotFoundError', message: string }
    | { __typename: 'StdinClosedError', message: string }
    | { __typename: 'StdinFullError', message: string, retryAfterMs: number }
    | { __typename: 'StdinOffsetError', message: string, offset: number }
    | { __typename: 'WriteStdinSuccess' }
   };

export type ProgramQueryVariables = Exact<{
  id: string | number;
}>;


export type ProgramQuery = { execution: { id: string, language: string, code: string, args: Array<string>, stdinOpen: boolean, createdAt: string, context: string | null, status: ExecutionStatus, endReason: EndReason | null, message: string | null, exitCode: number | null, signal: string | null, startedAt: string | null, finishedAt: string | null, queuePosition: number | null, outputTruncated: boolean, stdinBytes: number, stdinClosed: boolean, session: { id: string, status: SessionStatus } | null, labels: Array<{ name: string, value: string }>, limits: { timeoutMs: number, memoryMb: number, cpuMillis: number, outputBytes: number }, usage: { wallMs: number, cpuMs: number | null, maxMemoryMb: number | null } | null } | null };

export type ProgressQueryVariables = Exact<{
  id: string | number;
}>;


export type ProgressQuery = { execution: { status: ExecutionStatus, endReason: EndReason | null, message: string | null, exitCode: number | null, signal: string | null, startedAt: string | null, finishedAt: string | null, queuePosition: number | null, outputTruncated: boolean, stdinBytes: number, stdinClosed: boolean, usage: { wallMs: number, cpuMs: number | null, maxMemoryMb: number | null } | null } | null };

export type ChunksQueryVariables = Exact<{
  id: string | number;
  after: number;
}>;


export type ChunksQuery = { execution: { chunks: { cursor: number, hasMore: boolean, chunks: Array<{ text: string }> } } | null };

export type FilesQueryVariables = Exact<{
  id: string | number;
}>;


export type FilesQuery = { execution: { files: Array<{ path: string, bytes: number, mediaType: string, url: string }>, omittedFiles: Array<{ path: string, reason: string }> } | null };

export type DisplayedQueryVariables = Exact<{
  id: string | number;
  before: number;
}>;


export type DisplayedQuery = { execution: { chunks: { chunks: Array<{ display: { parts: Array<{ mediaType: string, text: string | null, url: string | null, bytes: number }> } | null }> } } | null };

export type ListQueryVariables = Exact<{
  first: number;
  after?: string | null | undefined;
  filter?: ExecutionFilter | null | undefined;
}>;


export type ListQuery = { executions: { edges: Array<{ node: { id: string, status: ExecutionStatus, endReason: EndReason | null, exitCode: number | null, signal: string | null, message: string | null, language: string, createdAt: string, startedAt: string | null, finishedAt: string | null, queuePosition: number | null, labels: Array<{ name: string, value: string }> } }>, pageInfo: { hasNextPage: boolean, hasPreviousPage: boolean, endCursor: string | null } } };

export type CountFragment = { edges: Array<{ cursor: string }> };

export type ServerHealthQueryVariables = Exact<{ [key: string]: never; }>;


export type ServerHealthQuery = { health: { status: HealthStatus, version: string, uptimeSeconds: number, running: number, queued: number, checks: Array<{ name: string, status: HealthStatus, latencyMs: number, message: string | null }> }, starting: { edges: Array<{ cursor: string }> }, idle: { edges: Array<{ cursor: string }> }, busy: { edges: Array<{ cursor: string }> }, sessionLimits: { maxOpen: number } };

export type SessionFactsFragment = { id: string, status: SessionStatus, endReason: SessionEndReason | null, message: string | null, language: string, idleTimeoutMs: number, createdAt: string, expiresAt: string | null, endedAt: string | null, contexts: Array<{ name: string, executionCount: number, stateLost: boolean }> };

export type SessionsQueryVariables = Exact<{
  first: number;
  after?: string | null | undefined;
}>;


export type SessionsQuery = { sessions: { edges: Array<{ node: { id: string, status: SessionStatus, endReason: SessionEndReason | null, message: string | null, language: string, idleTimeoutMs: number, createdAt: string, expiresAt: string | null, endedAt: string | null, contexts: Array<{ name: string, executionCount: number, stateLost: boolean }> } }>, pageInfo: { hasNextPage: boolean, hasPreviousPage: boolean, endCursor: string | null } }, sessionLimits: { minIdleTimeoutMs: number, idleTimeoutMs: number, lifetimeMs: number, maxOpen: number } };

export type CreateSessionMutationVariables = Exact<{
  input: CreateSessionInput;
}>;


export type CreateSessionMutation = { createSession:
    | { __typename: 'CreateSessionSuccess', session: { id: string } }
    | { __typename: 'IdempotencyConflictError', code: string, message: string }
    | { __typename: 'InvalidInputError', code: string, message: string }
    | { __typename: 'QueueFullError', code: string, message: string }
    | { __typename: 'UnsupportedLanguageError', code: string, message: string }
   };

export type EndSessionMutationVariables = Exact<{
  id: string | number;
}>;


export type EndSessionMutation = { endSession:
    | { __typename: 'EndSessionSuccess' }
    | { __typename: 'NotFoundError', message: string }
   };

export type SessionCellsQueryVariables = Exact<{
  id: string | number;
  first: number;
  after?: string | null | undefined;
}>;


export type SessionCellsQuery = { session: { id: string, status: SessionStatus, endReason: SessionEndReason | null, message: string | null, language: string, idleTimeoutMs: number, createdAt: string, expiresAt: string | null, endedAt: string | null, executions: { edges: Array<{ cursor: string, node: { id: string, context: string | null, status: ExecutionStatus, endReason: EndReason | null, message: string | null, exitCode: number | null, signal: string | null, startedAt: string | null, finishedAt: string | null, queuePosition: number | null, outputTruncated: boolean, stdinBytes: number, stdinClosed: boolean, usage: { wallMs: number, cpuMs: number | null, maxMemoryMb: number | null } | null } }>, pageInfo: { hasNextPage: boolean, endCursor: string | null } }, contexts: Array<{ name: string, executionCount: number, stateLost: boolean }> } | null };

export type FollowSessionSubscriptionVariables = Exact<{
  id: string | number;
}>;


export type FollowSessionSubscription = { session: { id: string, status: SessionStatus, endReason: SessionEndReason | null, message: string | null, language: string, idleTimeoutMs: number, createdAt: string, expiresAt: string | null, endedAt: string | null, contexts: Array<{ name: string, executionCount: number, stateLost: boolean }> } };

export class TypedDocumentString<TResult, TVariables>
  extends String
  implements DocumentTypeDecoration<TResult, TVariables>
{
  __apiType?: NonNullable<DocumentTypeDecoration<TResult, TVariables>['__apiType']>;
  private value: string;
  public __meta__?: Record<string, any> | undefined;

  constructor(value: string, __meta__?: Record<string, any> | undefined) {
    super(value);
    this.value = value;
    this.__meta__ = __meta__;
  }

  override toString(): string & DocumentTypeDecoration<TResult, TVariables> {
    return this.value;
  }
}
export const WatchedFragmentDoc = new TypedDocumentString(`
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
    `, {"fragmentName":"Watched"}) as unknown as TypedDocumentString<WatchedFragment, unknown>;
export const AllLimitsFragmentDoc = new TypedDocumentString(`
    fragment AllLimits on Limits {
  timeoutMs
  memoryMb
  cpuMillis
  outputBytes
}
    `, {"fragmentName":"AllLimits"}) as unknown as TypedDocumentString<AllLimitsFragment, unknown>;
export const CountFragmentDoc = new TypedDocumentString(`
    fragment Count on SessionConnection {
  edges {
    cursor
  }
}
    `, {"fragmentName":"Count"}) as unknown as TypedDocumentString<CountFragment, unknown>;
export const SessionFactsFragmentDoc = new TypedDocumentString(`
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
    `, {"fragmentName":"SessionFacts"}) as unknown as TypedDocumentString<SessionFactsFragment, unknown>;
export const FollowDocument = new TypedDocumentString(`
    subscription Follow($id: ID!, $after: Int!) {
  output(id: $id, after: $after) {
    chunks {
      seq
      stream
      text
    }
    cursor
    ended
    execution {
      ...Watched
    }
  }
}
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
}`) as unknown as TypedDocumentString<FollowSubscription, FollowSubscriptionVariables>;
export const RuntimesDocument = new TypedDocumentString(`
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
    fragment AllLimits on Limits {
  timeoutMs
  memoryMb
  cpuMillis
  outputBytes
}`) as unknown as TypedDocumentString<RuntimesQuery, RuntimesQueryVariables>;
export const SubmitDocument = new TypedDocumentString(`
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
    `) as unknown as TypedDocumentString<SubmitMutation, SubmitMutationVariables>;
export const CancelDocument = new TypedDocumentString(`
    mutation Cancel($id: ID!) {
  cancel(id: $id) {
    __typename
    ... on UserError {
      message
    }
  }
}
    `) as unknown as TypedDocumentString<CancelMutation, CancelMutationVariables>;
export const InterruptDocument = new TypedDocumentString(`
    mutation Interrupt($id: ID!) {
  interrupt(id: $id) {
    __typename
    ... on UserError {
      message
    }
  }
}
    `) as unknown as TypedDocumentString<InterruptMutation, InterruptMutationVariables>;
export const WriteStdinDocument = new TypedDocumentString(`
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
    `) as unknown as TypedDocumentString<WriteStdinMutation, WriteStdinMutationVariables>;
export const ProgramDocument = new TypedDocumentString(`
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
fragment AllLimits on Limits {
  timeoutMs
  memoryMb
  cpuMillis
  outputBytes
}`) as unknown as TypedDocumentString<ProgramQuery, ProgramQueryVariables>;
export const ProgressDocument = new TypedDocumentString(`
    query Progress($id: ID!) {
  execution(id: $id) {
    ...Watched
  }
}
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
}`) as unknown as TypedDocumentString<ProgressQuery, ProgressQueryVariables>;
export const ChunksDocument = new TypedDocumentString(`
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
    `) as unknown as TypedDocumentString<ChunksQuery, ChunksQueryVariables>;
export const FilesDocument = new TypedDocumentString(`
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
    `) as unknown as TypedDocumentString<FilesQuery, FilesQueryVariables>;
export const DisplayedDocument = new TypedDocumentString(`
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
    `) as unknown as TypedDocumentString<DisplayedQuery, DisplayedQueryVariables>;
export const ListDocument = new TypedDocumentString(`
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
    `) as unknown as TypedDocumentString<ListQuery, ListQueryVariables>;
export const ServerHealthDocument = new TypedDocumentString(`
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
    fragment Count on SessionConnection {
  edges {
    cursor
  }
}`) as unknown as TypedDocumentString<ServerHealthQuery, ServerHealthQueryVariables>;
export const SessionsDocument = new TypedDocumentString(`
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
}`) as unknown as TypedDocumentString<SessionsQuery, SessionsQueryVariables>;
export const CreateSessionDocument = new TypedDocumentString(`
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
    `) as unknown as TypedDocumentString<CreateSessionMutation, CreateSessionMutationVariables>;
export const EndSessionDocument = new TypedDocumentString(`
    mutation EndSession($id: ID!) {
  endSession(id: $id) {
    __typename
    ... on UserError {
      message
    }
  }
}
    `) as unknown as TypedDocumentString<EndSessionMutation, EndSessionMutationVariables>;
export const SessionCellsDocument = new TypedDocumentString(`
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
}`) as unknown as TypedDocumentString<SessionCellsQuery, SessionCellsQueryVariables>;
export const FollowSessionDocument = new TypedDocumentString(`
    subscription FollowSession($id: ID!) {
  session(id: $id) {
    ...SessionFacts
  }
}
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
}`) as unknown as TypedDocumentString<FollowSessionSubscription, FollowSessionSubscriptionVariables>;