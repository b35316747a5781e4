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

export type CleanupMutationVariables = Exact<{
  id: string | number;
}>;


export type CleanupMutation = { cleanup:
    | { __typename: 'CleanupSuccess', message: string }
    | { __typename: 'NotFoundError', code: string, message: string }
   };

export type HealthQueryVariables = Exact<{ [key: string]: never; }>;


export type HealthQuery = { health: { status: HealthStatus, version: string, uptimeSeconds: number, running: number, queued: number, checks: Array<{ name: string, status: HealthStatus, latencyMs: number, message: string | null }> } };

export type ListExecutionsQueryVariables = Exact<{
  first: number;
  after?: string | null | undefined;
  filter?: ExecutionFilter | null | undefined;
}>;


export type ListExecutionsQuery = { executions: { edges: Array<{ node: { id: string, status: ExecutionStatus, endReason: EndReason | null, exitCode: number | null, language: string, createdAt: string, startedAt: string | null, finishedAt: string | null, labels: Array<{ name: string, value: string }> } }>, pageInfo: { hasNextPage: boolean, endCursor: string | null } } };

export type AllLimitsFragment = { timeoutMs: number, memoryMb: number, cpuMillis: number, outputBytes: number };

export type RuntimesQueryVariables = Exact<{ [key: string]: never; }>;


export type RuntimesQuery = { runtimes: Array<{ language: string, version: string, isDefault: boolean, notes: Array<string>, minimums: { timeoutMs: number, memoryMb: number, cpuMillis: number, outputBytes: number }, defaults: { timeoutMs: number, memoryMb: number, cpuMillis: number, outputBytes: number }, maximums: { timeoutMs: number, memoryMb: number, cpuMillis: number, outputBytes: number } }> };

export type ListSessionsQueryVariables = Exact<{
  first: number;
}>;


export type ListSessionsQuery = { sessions: { edges: Array<{ node: { id: string, status: SessionStatus, endReason: SessionEndReason | null, language: string, createdAt: string, expiresAt: string | null, contexts: Array<{ name: string, executionCount: number, stateLost: boolean }> } }> } };

export type ShowExecutionQueryVariables = Exact<{
  id: string | number;
}>;


export type ShowExecutionQuery = { execution: { id: string, status: ExecutionStatus, endReason: EndReason | null, message: string | null, exitCode: number | null, signal: string | null, language: string, code: string, args: Array<string>, outputBytes: number, outputTruncated: boolean, createdAt: string, startedAt: string | null, finishedAt: string | null, queuePosition: number | null, labels: Array<{ name: string, value: string }>, limits: { timeoutMs: number, memoryMb: number, cpuMillis: number, outputBytes: number }, usage: { wallMs: number, cpuMs: number | null, maxMemoryMb: number | null } | null, runner: { kind: string, job: string | null, pod: string | null, node: string | null, warm: boolean } | null } | null };

export type PodlineVersionQueryVariables = Exact<{ [key: string]: never; }>;


export type PodlineVersionQuery = { health: { version: string } };

export type FindExecutionsQueryVariables = Exact<{
  first: number;
  after?: string | null | undefined;
  filter?: ExecutionFilter | null | undefined;
}>;


export type FindExecutionsQuery = { executions: { edges: Array<{ node: { id: string } }>, pageInfo: { hasNextPage: boolean, endCursor: string | null } } };

export type FollowOutputSubscriptionVariables = Exact<{
  id: string | number;
  after: number;
}>;


export type FollowOutputSubscription = { output: { cursor: number, ended: boolean, chunks: Array<{ seq: number, stream: OutputStream, text: string, at: string }>, execution: { status: ExecutionStatus, endReason: EndReason | null, exitCode: number | null, signal: string | null, message: string | null } } };

export type WatchStatusQueryVariables = Exact<{
  id: string | number;
}>;


export type WatchStatusQuery = { execution: { status: ExecutionStatus, message: string | null, queuePosition: number | null } | null };

export type SubmitMutationVariables = Exact<{
  input: ExecuteInput;
}>;


export type SubmitMutation = { execute:
    | { __typename: 'ExecuteSuccess', execution: { id: string } }
    | { __typename: 'IdempotencyConflictError', code: string, message: string }
    | { __typename: 'InvalidInputError', code: string, message: string, field: string }
    | { __typename: 'NotFoundError', code: string, message: string }
    | { __typename: 'QueueFullError', code: string, message: string }
    | { __typename: 'SessionEndedError', code: string, message: string }
    | { __typename: 'UnsupportedLanguageError', code: string, message: string, supported: Array<string> }
   };

export type CancelMutationVariables = Exact<{
  id: string | number;
}>;


export type CancelMutation = { cancel:
    | { __typename: 'AlreadyEndedError', code: string, message: string }
    | { __typename: 'CancelSuccess', execution: { status: ExecutionStatus } }
    | { __typename: 'NotFoundError', code: string, message: string }
   };

export type InterruptMutationVariables = Exact<{
  id: string | number;
}>;


export type InterruptMutation = { interrupt:
    | { __typename: 'AlreadyEndedError' }
    | { __typename: 'InterruptSuccess', execution: { status: ExecutionStatus } }
    | { __typename: 'NotFoundError' }
    | { __typename: 'NotSupportedError' }
   };

export type ReadChunksQueryVariables = Exact<{
  id: string | number;
  first: number;
  after: number;
}>;


export type ReadChunksQuery = { execution: { chunks: { cursor: number, hasMore: boolean, chunks: Array<{ seq: number, stream: OutputStream, text: string, at: string }> } } | null };

export type CreateSessionMutationVariables = Exact<{
  input: CreateSessionInput;
}>;


export type CreateSessionMutation = { createSession:
    | { __typename: 'CreateSessionSuccess', session: { id: string, language: string } }
    | { __typename: 'IdempotencyConflictError', message: string }
    | { __typename: 'InvalidInputError', message: string }
    | { __typename: 'QueueFullError', message: string }
    | { __typename: 'UnsupportedLanguageError', message: string }
   };

export type SessionStateQueryVariables = Exact<{
  id: string | number;
}>;


export type SessionStateQuery = { session: { id: string, language: string, status: SessionStatus, endReason: SessionEndReason | null, message: string | null, contexts: Array<{ name: string, executionCount: number, stateLost: boolean }> } | null };

export type EndSessionMutationVariables = Exact<{
  id: string | number;
}>;


export type EndSessionMutation = { endSession:
    | { __typename: 'EndSessionSuccess', session: { status: SessionStatus, endReason: SessionEndReason | null } }
    | { __typename: 'NotFoundError', message: string }
   };

export type WriteLineMutationVariables = Exact<{
  id: string | number;
  data: string;
  end: boolean;
}>;


export type WriteLineMutation = { writeStdin:
    | { __typename: 'AlreadyEndedError' }
    | { __typename: 'InvalidInputError' }
    | { __typename: 'NotFoundError' }
    | { __typename: 'StdinClosedError' }
    | { __typename: 'StdinFullError' }
    | { __typename: 'StdinOffsetError' }
    | { __typename: 'WriteStdinSuccess' }
   };

export type FilesQueryVariables = Exact<{
  id: string | number;
}>;


export type FilesQuery = { execution: { status: ExecutionStatus, files: Array<{ path: string, bytes: number, sha256: string, mediaType: string, url: string }>, omittedFiles: Array<{ path: string, reason: string }> } | null };

export type LanguageBoundsQueryVariables = Exact<{ [key: string]: never; }>;


export type LanguageBoundsQuery = { runtimes: Array<{ language: string, extensions: Array<string>, minimums: { timeoutMs: number, memoryMb: number }, maximums: { timeoutMs: number, memoryMb: number } }> };

export type WriteStdinMutationVariables = Exact<{
  id: string | number;
  data: string;
  offset: number;
  end: boolean;
}>;


export type WriteStdinMutation = { writeStdin:
    | { __typename: 'AlreadyEndedError', code: string, message: string }
    | { __typename: 'InvalidInputError', code: string, message: string }
    | { __typename: 'NotFoundError', code: string, message: string }
    | { __typename: 'StdinClosedError', code: string, message: string }
    | { __typename: 'StdinFullError', code: string, message: string, retryAfterMs: number }
    | { __typename: 'StdinOffsetError', code: string, message: string, offset: number }
    | { __typename: 'WriteStdinSuccess' }
   };

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
export const AllLimitsFragmentDoc = new TypedDocumentString(`
    fragment AllLimits on Limits {
  timeoutMs
  memoryMb
  cpuMillis
  outputBytes
}
    `, {"fragmentName":"AllLimits"}) as unknown as TypedDocumentString<AllLimitsFragment, unknown>;
export const CleanupDocument = new TypedDocumentString(`
    mutation Cleanup($id: ID!) {
  cleanup(id: $id) {
    __typename
    ... on CleanupSuccess {
      message
    }
    ... on UserError {
      code
      message
    }
  }
}
    `) as unknown as TypedDocumentString<CleanupMutation, CleanupMutationVariables>;
export const HealthDocument = new TypedDocumentString(`
    query Health {
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
}
    `) as unknown as TypedDocumentString<HealthQuery, HealthQueryVariables>;
export const ListExecutionsDocument = new TypedDocumentString(`
    query ListExecutions($first: Int!, $after: String, $filter: ExecutionFilter) {
  executions(first: $first, after: $after, filter: $filter) {
    edges {
      node {
        id
        status
        endReason
        exitCode
        language
        labels {
          name
          value
        }
        createdAt
        startedAt
        finishedAt
      }
    }
    pageInfo {
      hasNextPage
      endCursor
    }
  }
}
    `) as unknown as TypedDocumentString<ListExecutionsQuery, ListExecutionsQueryVariables>;
export const RuntimesDocument = new TypedDocumentString(`
    query Runtimes {
  runtimes {
    language
    version
    isDefault
    minimums {
      ...AllLimits
    }
    defaults {
      ...AllLimits
    }
    maximums {
      ...AllLimits
    }
    notes
  }
}
    fragment AllLimits on Limits {
  timeoutMs
  memoryMb
  cpuMillis
  outputBytes
}`) as unknown as TypedDocumentString<RuntimesQuery, RuntimesQueryVariables>;
export const ListSessionsDocument = new TypedDocumentString(`
    query ListSessions($first: Int!) {
  sessions(first: $first) {
    edges {
      node {
        id
        status
        endReason
        language
        createdAt
        expiresAt
        contexts {
          name
          executionCount
          stateLost
        }
      }
    }
  }
}
    `) as unknown as TypedDocumentString<ListSessionsQuery, ListSessionsQueryVariables>;
export const ShowExecutionDocument = new TypedDocumentString(`
    query ShowExecution($id: ID!) {
  execution(id: $id) {
    id
    status
    endReason
    message
    exitCode
    signal
    language
    code
    args
    labels {
      name
      value
    }
    limits {
      timeoutMs
      memoryMb
      cpuMillis
      outputBytes
    }
    outputBytes
    outputTruncated
    createdAt
    startedAt
    finishedAt
    queuePosition
    usage {
      wallMs
      cpuMs
      maxMemoryMb
    }
    runner {
      kind
      job
      pod
      node
      warm
    }
  }
}
    `) as unknown as TypedDocumentString<ShowExecutionQuery, ShowExecutionQueryVariables>;
export const PodlineVersionDocument = new TypedDocumentString(`
    query PodlineVersion {
  health {
    version
  }
}
    `) as unknown as TypedDocumentString<PodlineVersionQuery, PodlineVersionQueryVariables>;
export const FindExecutionsDocument = new TypedDocumentString(`
    query FindExecutions($first: Int!, $after: String, $filter: ExecutionFilter) {
  executions(first: $first, after: $after, filter: $filter) {
    edges {
      node {
        id
      }
    }
    pageInfo {
      hasNextPage
      endCursor
    }
  }
}
    `) as unknown as TypedDocumentString<FindExecutionsQuery, FindExecutionsQueryVariables>;
export const FollowOutputDocument = new TypedDocumentString(`
    subscription FollowOutput($id: ID!, $after: Int!) {
  output(id: $id, after: $after) {
    chunks {
      seq
      stream
      text
      at
    }
    cursor
    ended
    execution {
      status
      endReason
      exitCode
      signal
      message
    }
  }
}
    `) as unknown as TypedDocumentString<FollowOutputSubscription, FollowOutputSubscriptionVariables>;
export const WatchStatusDocument = new TypedDocumentString(`
    query WatchStatus($id: ID!) {
  execution(id: $id) {
    status
    message
    queuePosition
  }
}
    `) as unknown as TypedDocumentString<WatchStatusQuery, WatchStatusQueryVariables>;
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
    ... on UnsupportedLanguageError {
      supported
    }
  }
}
    `) as unknown as TypedDocumentString<SubmitMutation, SubmitMutationVariables>;
export const CancelDocument = new TypedDocumentString(`
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
    `) as unknown as TypedDocumentString<CancelMutation, CancelMutationVariables>;
export const InterruptDocument = new TypedDocumentString(`
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
    `) as unknown as TypedDocumentString<InterruptMutation, InterruptMutationVariables>;
export const ReadChunksDocument = new TypedDocumentString(`
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
    `) as unknown as TypedDocumentString<ReadChunksQuery, ReadChunksQueryVariables>;
export const CreateSessionDocument = new TypedDocumentString(`
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
    `) as unknown as TypedDocumentString<CreateSessionMutation, CreateSessionMutationVariables>;
export const SessionStateDocument = new TypedDocumentString(`
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
    `) as unknown as TypedDocumentString<SessionStateQuery, SessionStateQueryVariables>;
export const EndSessionDocument = new TypedDocumentString(`
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
    `) as unknown as TypedDocumentString<EndSessionMutation, EndSessionMutationVariables>;
export const WriteLineDocument = new TypedDocumentString(`
    mutation WriteLine($id: ID!, $data: String!, $end: Boolean!) {
  writeStdin(id: $id, data: $data, end: $end) {
    __typename
  }
}
    `) as unknown as TypedDocumentString<WriteLineMutation, WriteLineMutationVariables>;
export const FilesDocument = new TypedDocumentString(`
    query Files($id: ID!) {
  execution(id: $id) {
    status
    files {
      path
      bytes
      sha256
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
export const LanguageBoundsDocument = new TypedDocumentString(`
    query LanguageBounds {
  runtimes {
    language
    extensions
    minimums {
      timeoutMs
      memoryMb
    }
    maximums {
      timeoutMs
      memoryMb
    }
  }
}
    `) as unknown as TypedDocumentString<LanguageBoundsQuery, LanguageBoundsQueryVariables>;
export const WriteStdinDocument = new TypedDocumentString(`
    mutation WriteStdin($id: ID!, $data: String!, $offset: Int!, $end: Boolean!) {
  writeStdin(id: $id, data: $data, encoding: BASE64, offset: $offset, end: $end) {
    __typename
    ... on UserError {
      code
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