/* eslint-disable */
/** Internal type. DO NOT USE DIRECTLY. */
type Exact<T extends { [key: string]: unknown }> = { [K in keyof T]: T[K] };
/** Internal type. DO NOT USE DIRECTLY. */
export type Incremental<T> = T | { [P in keyof T]?: P extends ' $fragmentName' | '__typename' ? T[P] : never };
import type { DocumentTypeDecoration } from '@graphql-typed-document-node/core';
/** How text is written in an input. */
export type Encoding =
  /** Base64 of its bytes, which for programs must be UTF-8. */
  | 'BASE64'
  /** As it is. */
  | 'UTF8';

/** Why an execution ended: exactly one reason, the first cause, recorded once. */
export type EndReason =
  /** Somebody cancelled it, or cleaned it up while it ran. */
  | 'CANCELLED'
  /** The cluster took its pod away (eviction, preemption), or it wrote more to disk than it may. */
  | 'EVICTED'
  /** The program ended by itself; `exitCode` says how. */
  | 'EXITED'
  /** The image of its language could not be pulled. */
  | 'IMAGE_UNAVAILABLE'
  /** What ran it was lost: node, pod or server. Output up to then is kept. */
  | 'INTERRUPTED'
  /** It printed more than `limits.outputBytes`; what came before is kept. */
  | 'OUTPUT_LIMIT'
  /** It needed more than `limits.memoryMb`. */
  | 'OUT_OF_MEMORY'
  /** A signal ended the program that was not ours; `signal` names it. */
  | 'SIGNALLED'
  /** It ran into `limits.timeoutMs` and was killed. */
  | 'TIMED_OUT'
  /** The cluster had no room for it for too long, or refused it. */
  | 'UNSCHEDULABLE';

/** A variable of the program's environment. Values are secrets: erased once the program has started. */
export type EnvironmentVariableInput = {
  /** Letters, digits and `_`, not beginning with a digit. */
  name: string;
  /** Any text without NUL. */
  value: string;
};

/** A program and what it gets. Only `code` must be given. */
export type ExecuteInput = {
  /** Command-line arguments, up to 256 and 65536 bytes. */
  args?: Array<string>;
  /** The program, up to 1048576 bytes as UTF-8. */
  code: string;
  /** How `code` is written. */
  encoding?: Encoding;
  /** Environment, up to 64 variables and 65536 bytes. */
  env?: Array<EnvironmentVariableInput>;
  /** What the program's file is called, as tracebacks show it. Default `main.py`, `main.js` or `main.ts`; `.cjs` and `.mjs` choose the module format, JavaScript is an ES module otherwise. */
  fileName?: string | null | undefined;
  /** Written beside the program before it starts, up to 64 files and 4194304 bytes. */
  files?: Array<FileInput>;
  /** Makes it safe to submit again: the same key with the same input gives the same execution, with another input an `IdempotencyConflictError`. Holds for this caller and as long as the record is kept. */
  idempotencyKey?: string | null | undefined;
  /** To find it by later, up to 16. */
  labels?: Array<LabelInput>;
  /** One of `runtimes { language }`: `python`, `javascript`, `typescript`. */
  language?: string;
  /** What it may use; the defaults of its language otherwise. */
  limits?: LimitsInput | null | undefined;
  /** What the program reads from standard input, up to 4194304 bytes; then it ends. */
  stdin?: string;
};

/** Which executions to list: those that fit everything given. */
export type ExecutionFilter = {
  /** Only submitted later than this. */
  createdAfter?: string | null | undefined;
  /** Only submitted earlier than this. */
  createdBefore?: string | null | undefined;
  /** Only with this label, name and value. */
  label?: LabelInput | null | undefined;
  /** Only of this language. */
  language?: string | null | undefined;
  /** Only in one of these; an empty list counts as not given. */
  statuses?: Array<ExecutionStatus> | null | undefined;
};

/** How far an execution is. The last three are final. */
export type ExecutionStatus =
  /** It was cancelled before it could end by itself. */
  | 'CANCELLED'
  /** It ended in another way; `endReason` says which. */
  | 'FAILED'
  /** Recorded; waits for its turn. */
  | 'QUEUED'
  /** The program runs. */
  | 'RUNNING'
  /** Its turn has come; the sandbox is being made ready. */
  | 'STARTING'
  /** The program ended by itself with exit code 0. */
  | 'SUCCEEDED';

/** A file that the program finds beside itself. */
export type FileInput = {
  /** What is in it. */
  content: string;
  /** How `content` is written; BASE64 may hold any bytes. */
  encoding?: Encoding;
  /** Relative to the program's directory, with `/` between folders and no `..`, up to 512 bytes: `data/names.csv`. */
  path: string;
};

/** How well the service can do its work. */
export type HealthStatus =
  /** It answers, and some of what it needs is away or slow. */
  | 'DEGRADED'
  /** Everything works. */
  | 'HEALTHY'
  /** It cannot run programs or keep records now. */
  | 'UNHEALTHY';

/** A label to put on an execution, or to look for. */
export type LabelInput = {
  /** 1 to 63 characters. */
  name: string;
  /** Up to 255 characters. */
  value: string;
};

/** Limits for one execution. What is left out is the default of the language; what lies outside its minimum and maximum is refused. `runtimes` shows all three. */
export type LimitsInput = {
  /** Processor time per time, thousandths of a core; beyond it the program is slowed, not ended. */
  cpuMillis?: number | null | undefined;
  /** The program's own memory, MiB; beyond it the program ends `OUT_OF_MEMORY`. */
  memoryMb?: number | null | undefined;
  /** Bytes of stored output as UTF-8, stdout and stderr together; reaching it ends the program (`OUTPUT_LIMIT`). */
  outputBytes?: number | null | undefined;
  /** Wall time from the program's start, milliseconds; at its end the program is killed (`TIMED_OUT`). */
  timeoutMs?: number | null | undefined;
};

/** Where a program printed. */
export type OutputStream =
  /** Standard error: tracebacks, warnings, logs. */
  | 'STDERR'
  /** Standard output. */
  | 'STDOUT';

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

export type RuntimesQueryVariables = Exact<{ [key: string]: never; }>;


export type RuntimesQuery = { runtimes: Array<{ language: string, version: string, isDefault: boolean, notes: Array<string>, minimums: { timeoutMs: number, memoryMb: number, cpuMillis: number, outputBytes: number }, defaults: { timeoutMs: number, memoryMb: number, cpuMillis: number, outputBytes: number }, maximums: { timeoutMs: number, memoryMb: number, cpuMillis: number, outputBytes: number } }> };

export type ShowExecutionQueryVariables = Exact<{
  id: string | number;
}>;


export type ShowExecutionQuery = { execution: { id: string, status: ExecutionStatus, endReason: EndReason | null, message: string | null, exitCode: number | null, signal: string | null, language: string, code: string, args: Array<string>, outputBytes: number, outputTruncated: boolean, createdAt: string, startedAt: string | null, finishedAt: string | null, queuePosition: number | null, labels: Array<{ name: string, value: string }>, limits: { timeoutMs: number, memoryMb: number, cpuMillis: number, outputBytes: number }, usage: { wallMs: number, cpuMs: number | null, maxMemoryMb: number | null } | null, runner: { kind: string, job: string | null, pod: string | null, node: string | null, warm: boolean } | null } | null };

export type PodlineVersionQueryVariables = Exact<{ [key: string]: never; }>;


export type PodlineVersionQuery = { health: { version: string } };

export type FollowOutputSubscriptionVariables = Exact<{
  id: string | number;
  after: number;
}>;


export type FollowOutputSubscription = { output: { cursor: number, ended: boolean, chunks: Array<{ seq: number, stream: OutputStream, text: string, at: string }>, execution: { status: ExecutionStatus, endReason: EndReason | null, exitCode: number | null, signal: string | null, message: string | null } } };

export type ReadChunksQueryVariables = Exact<{
  id: string | number;
  first: number;
  after: number;
}>;


export type ReadChunksQuery = { execution: { chunks: { cursor: number, hasMore: boolean, chunks: Array<{ seq: number, stream: OutputStream, text: string, at: string }> } } | null };

export type CancelMutationVariables = Exact<{
  id: string | number;
}>;


export type CancelMutation = { cancel:
    | { __typename: 'AlreadyEndedError', code: string, message: string }
    | { __typename: 'CancelSuccess', execution: { status: ExecutionStatus } }
    | { __typename: 'NotFoundError', code: string, message: string }
   };

export type SubmitMutationVariables = Exact<{
  input: ExecuteInput;
}>;


export type SubmitMutation = { execute:
    | { __typename: 'ExecuteSuccess', execution: { id: string } }
    | { __typename: 'IdempotencyConflictError', code: string, message: string }
    | { __typename: 'InvalidInputError', code: string, message: string }
    | { __typename: 'QueueFullError', code: string, message: string }
    | { __typename: 'UnsupportedLanguageError', code: string, message: string }
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
      timeoutMs
      memoryMb
      cpuMillis
      outputBytes
    }
    defaults {
      timeoutMs
      memoryMb
      cpuMillis
      outputBytes
    }
    maximums {
      timeoutMs
      memoryMb
      cpuMillis
      outputBytes
    }
    notes
  }
}
    `) as unknown as TypedDocumentString<RuntimesQuery, RuntimesQueryVariables>;
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
  }
}
    `) as unknown as TypedDocumentString<SubmitMutation, SubmitMutationVariables>;