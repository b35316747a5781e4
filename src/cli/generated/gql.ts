/* eslint-disable */
import * as types from './graphql.ts';



/**
 * Map of all GraphQL operations in the project.
 *
 * This map has several performance disadvantages:
 * 1. It is not tree-shakeable, so it will include all operations in the project.
 * 2. It is not minifiable, so the string of a GraphQL query will be multiple times inside the bundle.
 * 3. It does not support dead code elimination, so it will add unused operations.
 *
 * Therefore it is highly recommended to use the babel or swc plugin for production.
 * Learn more about it here: https://the-guild.dev/graphql/codegen/plugins/presets/preset-client#reducing-bundle-size
 */
type Documents = {
    "\n  mutation Cleanup($id: ID!) {\n    cleanup(id: $id) {\n      __typename\n      ... on CleanupSuccess {\n        message\n      }\n      ... on UserError {\n        code\n        message\n      }\n    }\n  }\n": typeof types.CleanupDocument,
    "\n  query Health {\n    health {\n      status\n      version\n      uptimeSeconds\n      running\n      queued\n      checks {\n        name\n        status\n        latencyMs\n        message\n      }\n    }\n  }\n": typeof types.HealthDocument,
    "\n  query ListExecutions($first: Int!, $after: String, $filter: ExecutionFilter) {\n    executions(first: $first, after: $after, filter: $filter) {\n      edges {\n        node {\n          id\n          status\n          endReason\n          exitCode\n          language\n          labels {\n            name\n            value\n          }\n          createdAt\n          startedAt\n          finishedAt\n        }\n      }\n      pageInfo {\n        hasNextPage\n        endCursor\n      }\n    }\n  }\n": typeof types.ListExecutionsDocument,
    "\n  fragment AllLimits on Limits {\n    timeoutMs\n    memoryMb\n    cpuMillis\n    outputBytes\n  }\n": typeof types.AllLimitsFragmentDoc,
    "\n  query Runtimes {\n    runtimes {\n      language\n      version\n      isDefault\n      minimums {\n        ...AllLimits\n      }\n      defaults {\n        ...AllLimits\n      }\n      maximums {\n        ...AllLimits\n      }\n      notes\n    }\n  }\n": typeof types.RuntimesDocument,
    "\n  query ListSessions($first: Int!) {\n    sessions(first: $first) {\n      edges {\n        node {\n          id\n          status\n          endReason\n          language\n          createdAt\n          expiresAt\n          contexts {\n            name\n            executionCount\n            stateLost\n          }\n        }\n      }\n    }\n  }\n": typeof types.ListSessionsDocument,
    "\n  query ShowExecution($id: ID!) {\n    execution(id: $id) {\n      id\n      status\n      endReason\n      message\n      exitCode\n      signal\n      language\n      code\n      args\n      labels {\n        name\n        value\n      }\n      limits {\n        timeoutMs\n        memoryMb\n        cpuMillis\n        outputBytes\n      }\n      outputBytes\n      outputTruncated\n      createdAt\n      startedAt\n      finishedAt\n      queuePosition\n      usage {\n        wallMs\n        cpuMs\n        maxMemoryMb\n      }\n      runner {\n        kind\n        job\n        pod\n        node\n        warm\n      }\n    }\n  }\n": typeof types.ShowExecutionDocument,
    "\n  query PodlineVersion {\n    health {\n      version\n    }\n  }\n": typeof types.PodlineVersionDocument,
    "\n  query FindExecutions($first: Int!, $after: String, $filter: ExecutionFilter) {\n    executions(first: $first, after: $after, filter: $filter) {\n      edges {\n        node {\n          id\n        }\n      }\n      pageInfo {\n        hasNextPage\n        endCursor\n      }\n    }\n  }\n": typeof types.FindExecutionsDocument,
    "\n  subscription FollowOutput($id: ID!, $after: Int!) {\n    output(id: $id, after: $after) {\n      chunks {\n        seq\n        stream\n        text\n        at\n      }\n      cursor\n      ended\n      execution {\n        status\n        endReason\n        exitCode\n        signal\n        message\n      }\n    }\n  }\n": typeof types.FollowOutputDocument,
    "\n  query WatchStatus($id: ID!) {\n    execution(id: $id) {\n      status\n      message\n      queuePosition\n    }\n  }\n": typeof types.WatchStatusDocument,
    "\n  mutation Submit($input: ExecuteInput!) {\n    execute(input: $input) {\n      __typename\n      ... on ExecuteSuccess {\n        execution {\n          id\n        }\n      }\n      ... on UserError {\n        code\n        message\n      }\n      ... on InvalidInputError {\n        field\n      }\n      ... on UnsupportedLanguageError {\n        supported\n      }\n    }\n  }\n": typeof types.SubmitDocument,
    "\n  mutation Cancel($id: ID!) {\n    cancel(id: $id) {\n      __typename\n      ... on CancelSuccess {\n        execution {\n          status\n        }\n      }\n      ... on UserError {\n        code\n        message\n      }\n    }\n  }\n": typeof types.CancelDocument,
    "\n  mutation Interrupt($id: ID!) {\n    interrupt(id: $id) {\n      __typename\n      ... on InterruptSuccess {\n        execution {\n          status\n        }\n      }\n    }\n  }\n": typeof types.InterruptDocument,
    "\n  query ReadChunks($id: ID!, $first: Int!, $after: Int!) {\n    execution(id: $id) {\n      chunks(first: $first, after: $after) {\n        chunks {\n          seq\n          stream\n          text\n          at\n        }\n        cursor\n        hasMore\n      }\n    }\n  }\n": typeof types.ReadChunksDocument,
    "\n  mutation CreateSession($input: CreateSessionInput!) {\n    createSession(input: $input) {\n      __typename\n      ... on CreateSessionSuccess {\n        session {\n          id\n          language\n        }\n      }\n      ... on UserError {\n        message\n      }\n    }\n  }\n": typeof types.CreateSessionDocument,
    "\n  query SessionState($id: ID!) {\n    session(id: $id) {\n      id\n      language\n      status\n      endReason\n      message\n      contexts {\n        name\n        executionCount\n        stateLost\n      }\n    }\n  }\n": typeof types.SessionStateDocument,
    "\n  mutation EndSession($id: ID!) {\n    endSession(id: $id) {\n      __typename\n      ... on EndSessionSuccess {\n        session {\n          status\n          endReason\n        }\n      }\n      ... on UserError {\n        message\n      }\n    }\n  }\n": typeof types.EndSessionDocument,
    "\n  mutation WriteLine($id: ID!, $data: String!, $end: Boolean!) {\n    writeStdin(id: $id, data: $data, end: $end) {\n      __typename\n    }\n  }\n": typeof types.WriteLineDocument,
    "\n  query Files($id: ID!) {\n    execution(id: $id) {\n      status\n      files {\n        path\n        bytes\n        sha256\n        mediaType\n        url\n      }\n      omittedFiles {\n        path\n        reason\n      }\n    }\n  }\n": typeof types.FilesDocument,
    "\n  query LanguageBounds {\n    runtimes {\n      language\n      extensions\n      minimums {\n        timeoutMs\n        memoryMb\n      }\n      maximums {\n        timeoutMs\n        memoryMb\n      }\n    }\n  }\n": typeof types.LanguageBoundsDocument,
    "\n  mutation WriteStdin($id: ID!, $data: String!, $offset: Int!, $end: Boolean!) {\n    writeStdin(id: $id, data: $data, encoding: BASE64, offset: $offset, end: $end) {\n      __typename\n      ... on UserError {\n        code\n        message\n      }\n      ... on StdinFullError {\n        retryAfterMs\n      }\n      ... on StdinOffsetError {\n        offset\n      }\n    }\n  }\n": typeof types.WriteStdinDocument,
};
const documents: Documents = {
    "\n  mutation Cleanup($id: ID!) {\n    cleanup(id: $id) {\n      __typename\n      ... on CleanupSuccess {\n        message\n      }\n      ... on UserError {\n        code\n        message\n      }\n    }\n  }\n": types.CleanupDocument,
    "\n  query Health {\n    health {\n      status\n      version\n      uptimeSeconds\n      running\n      queued\n      checks {\n        name\n        status\n        latencyMs\n        message\n      }\n    }\n  }\n": types.HealthDocument,
    "\n  query ListExecutions($first: Int!, $after: String, $filter: ExecutionFilter) {\n    executions(first: $first, after: $after, filter: $filter) {\n      edges {\n        node {\n          id\n          status\n          endReason\n          exitCode\n          language\n          labels {\n            name\n            value\n          }\n          createdAt\n          startedAt\n          finishedAt\n        }\n      }\n      pageInfo {\n        hasNextPage\n        endCursor\n      }\n    }\n  }\n": types.ListExecutionsDocument,
    "\n  fragment AllLimits on Limits {\n    timeoutMs\n    memoryMb\n    cpuMillis\n    outputBytes\n  }\n": types.AllLimitsFragmentDoc,
    "\n  query Runtimes {\n    runtimes {\n      language\n      version\n      isDefault\n      minimums {\n        ...AllLimits\n      }\n      defaults {\n        ...AllLimits\n      }\n      maximums {\n        ...AllLimits\n      }\n      notes\n    }\n  }\n": types.RuntimesDocument,
    "\n  query ListSessions($first: Int!) {\n    sessions(first: $first) {\n      edges {\n        node {\n          id\n          status\n          endReason\n          language\n          createdAt\n          expiresAt\n          contexts {\n            name\n            executionCount\n            stateLost\n          }\n        }\n      }\n    }\n  }\n": types.ListSessionsDocument,
    "\n  query ShowExecution($id: ID!) {\n    execution(id: $id) {\n      id\n      status\n      endReason\n      message\n      exitCode\n      signal\n      language\n      code\n      args\n      labels {\n        name\n        value\n      }\n      limits {\n        timeoutMs\n        memoryMb\n        cpuMillis\n        outputBytes\n      }\n      outputBytes\n      outputTruncated\n      createdAt\n      startedAt\n      finishedAt\n      queuePosition\n      usage {\n        wallMs\n        cpuMs\n        maxMemoryMb\n      }\n      runner {\n        kind\n        job\n        pod\n        node\n        warm\n      }\n    }\n  }\n": types.ShowExecutionDocument,
    "\n  query PodlineVersion {\n    health {\n      version\n    }\n  }\n": types.PodlineVersionDocument,
    "\n  query FindExecutions($first: Int!, $after: String, $filter: ExecutionFilter) {\n    executions(first: $first, after: $after, filter: $filter) {\n      edges {\n        node {\n          id\n        }\n      }\n      pageInfo {\n        hasNextPage\n        endCursor\n      }\n    }\n  }\n": types.FindExecutionsDocument,
    "\n  subscription FollowOutput($id: ID!, $after: Int!) {\n    output(id: $id, after: $after) {\n      chunks {\n        seq\n        stream\n        text\n        at\n      }\n      cursor\n      ended\n      execution {\n        status\n        endReason\n        exitCode\n        signal\n        message\n      }\n    }\n  }\n": types.FollowOutputDocument,
    "\n  query WatchStatus($id: ID!) {\n    execution(id: $id) {\n      status\n      message\n      queuePosition\n    }\n  }\n": types.WatchStatusDocument,
    "\n  mutation Submit($input: ExecuteInput!) {\n    execute(input: $input) {\n      __typename\n      ... on ExecuteSuccess {\n        execution {\n          id\n        }\n      }\n      ... on UserError {\n        code\n        message\n      }\n      ... on InvalidInputError {\n        field\n      }\n      ... on UnsupportedLanguageError {\n        supported\n      }\n    }\n  }\n": types.SubmitDocument,
    "\n  mutation Cancel($id: ID!) {\n    cancel(id: $id) {\n      __typename\n      ... on CancelSuccess {\n        execution {\n          status\n        }\n      }\n      ... on UserError {\n        code\n        message\n      }\n    }\n  }\n": types.CancelDocument,
    "\n  mutation Interrupt($id: ID!) {\n    interrupt(id: $id) {\n      __typename\n      ... on InterruptSuccess {\n        execution {\n          status\n        }\n      }\n    }\n  }\n": types.InterruptDocument,
    "\n  query ReadChunks($id: ID!, $first: Int!, $after: Int!) {\n    execution(id: $id) {\n      chunks(first: $first, after: $after) {\n        chunks {\n          seq\n          stream\n          text\n          at\n        }\n        cursor\n        hasMore\n      }\n    }\n  }\n": types.ReadChunksDocument,
    "\n  mutation CreateSession($input: CreateSessionInput!) {\n    createSession(input: $input) {\n      __typename\n      ... on CreateSessionSuccess {\n        session {\n          id\n          language\n        }\n      }\n      ... on UserError {\n        message\n      }\n    }\n  }\n": types.CreateSessionDocument,
    "\n  query SessionState($id: ID!) {\n    session(id: $id) {\n      id\n      language\n      status\n      endReason\n      message\n      contexts {\n        name\n        executionCount\n        stateLost\n      }\n    }\n  }\n": types.SessionStateDocument,
    "\n  mutation EndSession($id: ID!) {\n    endSession(id: $id) {\n      __typename\n      ... on EndSessionSuccess {\n        session {\n          status\n          endReason\n        }\n      }\n      ... on UserError {\n        message\n      }\n    }\n  }\n": types.EndSessionDocument,
    "\n  mutation WriteLine($id: ID!, $data: String!, $end: Boolean!) {\n    writeStdin(id: $id, data: $data, end: $end) {\n      __typename\n    }\n  }\n": types.WriteLineDocument,
    "\n  query Files($id: ID!) {\n    execution(id: $id) {\n      status\n      files {\n        path\n        bytes\n        sha256\n        mediaType\n        url\n      }\n      omittedFiles {\n        path\n        reason\n      }\n    }\n  }\n": types.FilesDocument,
    "\n  query LanguageBounds {\n    runtimes {\n      language\n      extensions\n      minimums {\n        timeoutMs\n        memoryMb\n      }\n      maximums {\n        timeoutMs\n        memoryMb\n      }\n    }\n  }\n": types.LanguageBoundsDocument,
    "\n  mutation WriteStdin($id: ID!, $data: String!, $offset: Int!, $end: Boolean!) {\n    writeStdin(id: $id, data: $data, encoding: BASE64, offset: $offset, end: $end) {\n      __typename\n      ... on UserError {\n        code\n        message\n      }\n      ... on StdinFullError {\n        retryAfterMs\n      }\n      ... on StdinOffsetError {\n        offset\n      }\n    }\n  }\n": types.WriteStdinDocument,
};

/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  mutation Cleanup($id: ID!) {\n    cleanup(id: $id) {\n      __typename\n      ... on CleanupSuccess {\n        message\n      }\n      ... on UserError {\n        code\n        message\n      }\n    }\n  }\n"): typeof import('./graphql.ts').CleanupDocument;
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  query Health {\n    health {\n      status\n      version\n      uptimeSeconds\n      running\n      queued\n      checks {\n        name\n        status\n        latencyMs\n        message\n      }\n    }\n  }\n"): typeof import('./graphql.ts').HealthDocument;
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  query ListExecutions($first: Int!, $after: String, $filter: ExecutionFilter) {\n    executions(first: $first, after: $after, filter: $filter) {\n      edges {\n        node {\n          id\n          status\n          endReason\n          exitCode\n          language\n          labels {\n            name\n            value\n          }\n          createdAt\n          startedAt\n          finishedAt\n        }\n      }\n      pageInfo {\n        hasNextPage\n        endCursor\n      }\n    }\n  }\n"): typeof import('./graphql.ts').ListExecutionsDocument;
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  fragment AllLimits on Limits {\n    timeoutMs\n    memoryMb\n    cpuMillis\n    outputBytes\n  }\n"): typeof import('./graphql.ts').AllLimitsFragmentDoc;
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  query Runtimes {\n    runtimes {\n      language\n      version\n      isDefault\n      minimums {\n        ...AllLimits\n      }\n      defaults {\n        ...AllLimits\n      }\n      maximums {\n        ...AllLimits\n      }\n      notes\n    }\n  }\n"): typeof import('./graphql.ts').RuntimesDocument;
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  query ListSessions($first: Int!) {\n    sessions(first: $first) {\n      edges {\n        node {\n          id\n          status\n          endReason\n          language\n          createdAt\n          expiresAt\n          contexts {\n            name\n            executionCount\n            stateLost\n          }\n        }\n      }\n    }\n  }\n"): typeof import('./graphql.ts').ListSessionsDocument;
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  query ShowExecution($id: ID!) {\n    execution(id: $id) {\n      id\n      status\n      endReason\n      message\n      exitCode\n      signal\n      language\n      code\n      args\n      labels {\n        name\n        value\n      }\n      limits {\n        timeoutMs\n        memoryMb\n        cpuMillis\n        outputBytes\n      }\n      outputBytes\n      outputTruncated\n      createdAt\n      startedAt\n      finishedAt\n      queuePosition\n      usage {\n        wallMs\n        cpuMs\n        maxMemoryMb\n      }\n      runner {\n        kind\n        job\n        pod\n        node\n        warm\n      }\n    }\n  }\n"): typeof import('./graphql.ts').ShowExecutionDocument;
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  query PodlineVersion {\n    health {\n      version\n    }\n  }\n"): typeof import('./graphql.ts').PodlineVersionDocument;
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  query FindExecutions($first: Int!, $after: String, $filter: ExecutionFilter) {\n    executions(first: $first, after: $after, filter: $filter) {\n      edges {\n        node {\n          id\n        }\n      }\n      pageInfo {\n        hasNextPage\n        endCursor\n      }\n    }\n  }\n"): typeof import('./graphql.ts').FindExecutionsDocument;
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  subscription FollowOutput($id: ID!, $after: Int!) {\n    output(id: $id, after: $after) {\n      chunks {\n        seq\n        stream\n        text\n        at\n      }\n      cursor\n      ended\n      execution {\n        status\n        endReason\n        exitCode\n        signal\n        message\n      }\n    }\n  }\n"): typeof import('./graphql.ts').FollowOutputDocument;
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  query WatchStatus($id: ID!) {\n    execution(id: $id) {\n      status\n      message\n      queuePosition\n    }\n  }\n"): typeof import('./graphql.ts').WatchStatusDocument;
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  mutation Submit($input: ExecuteInput!) {\n    execute(input: $input) {\n      __typename\n      ... on ExecuteSuccess {\n        execution {\n          id\n        }\n      }\n      ... on UserError {\n        code\n        message\n      }\n      ... on InvalidInputError {\n        field\n      }\n      ... on UnsupportedLanguageError {\n        supported\n      }\n    }\n  }\n"): typeof import('./graphql.ts').SubmitDocument;
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  mutation Cancel($id: ID!) {\n    cancel(id: $id) {\n      __typename\n      ... on CancelSuccess {\n        execution {\n          status\n        }\n      }\n      ... on UserError {\n        code\n        message\n      }\n    }\n  }\n"): typeof import('./graphql.ts').CancelDocument;
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  mutation Interrupt($id: ID!) {\n    interrupt(id: $id) {\n      __typename\n      ... on InterruptSuccess {\n        execution {\n          status\n        }\n      }\n    }\n  }\n"): typeof import('./graphql.ts').InterruptDocument;
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  query ReadChunks($id: ID!, $first: Int!, $after: Int!) {\n    execution(id: $id) {\n      chunks(first: $first, after: $after) {\n        chunks {\n          seq\n          stream\n          text\n          at\n        }\n        cursor\n        hasMore\n      }\n    }\n  }\n"): typeof import('./graphql.ts').ReadChunksDocument;
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  mutation CreateSession($input: CreateSessionInput!) {\n    createSession(input: $input) {\n      __typename\n      ... on CreateSessionSuccess {\n        session {\n          id\n          language\n        }\n      }\n      ... on UserError {\n        message\n      }\n    }\n  }\n"): typeof import('./graphql.ts').CreateSessionDocument;
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  query SessionState($id: ID!) {\n    session(id: $id) {\n      id\n      language\n      status\n      endReason\n      message\n      contexts {\n        name\n        executionCount\n        stateLost\n      }\n    }\n  }\n"): typeof import('./graphql.ts').SessionStateDocument;
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  mutation EndSession($id: ID!) {\n    endSession(id: $id) {\n      __typename\n      ... on EndSessionSuccess {\n        session {\n          status\n          endReason\n        }\n      }\n      ... on UserError {\n        message\n      }\n    }\n  }\n"): typeof import('./graphql.ts').EndSessionDocument;
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  mutation WriteLine($id: ID!, $data: String!, $end: Boolean!) {\n    writeStdin(id: $id, data: $data, end: $end) {\n      __typename\n    }\n  }\n"): typeof import('./graphql.ts').WriteLineDocument;
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  query Files($id: ID!) {\n    execution(id: $id) {\n      status\n      files {\n        path\n        bytes\n        sha256\n        mediaType\n        url\n      }\n      omittedFiles {\n        path\n        reason\n      }\n    }\n  }\n"): typeof import('./graphql.ts').FilesDocument;
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  query LanguageBounds {\n    runtimes {\n      language\n      extensions\n      minimums {\n        timeoutMs\n        memoryMb\n      }\n      maximums {\n        timeoutMs\n        memoryMb\n      }\n    }\n  }\n"): typeof import('./graphql.ts').LanguageBoundsDocument;
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  mutation WriteStdin($id: ID!, $data: String!, $offset: Int!, $end: Boolean!) {\n    writeStdin(id: $id, data: $data, encoding: BASE64, offset: $offset, end: $end) {\n      __typename\n      ... on UserError {\n        code\n        message\n      }\n      ... on StdinFullError {\n        retryAfterMs\n      }\n      ... on StdinOffsetError {\n        offset\n      }\n    }\n  }\n"): typeof import('./graphql.ts').WriteStdinDocument;


export function graphql(source: string) {
  return (documents as any)[source] ?? {};
}
