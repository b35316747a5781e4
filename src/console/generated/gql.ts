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
    "\n  subscription Follow($id: ID!, $after: Int!) {\n    output(id: $id, after: $after) {\n      chunks {\n        seq\n        stream\n        text\n      }\n      cursor\n      ended\n      execution {\n        ...Watched\n      }\n    }\n  }\n": typeof types.FollowDocument,
    "\n  fragment Watched on Execution {\n    status\n    endReason\n    message\n    exitCode\n    signal\n    startedAt\n    finishedAt\n    queuePosition\n    outputTruncated\n    stdinBytes\n    stdinClosed\n    usage {\n      wallMs\n      cpuMs\n      maxMemoryMb\n    }\n  }\n": typeof types.WatchedFragmentDoc,
    "\n  fragment AllLimits on Limits {\n    timeoutMs\n    memoryMb\n    cpuMillis\n    outputBytes\n  }\n": typeof types.AllLimitsFragmentDoc,
    "\n  query Runtimes {\n    runtimes {\n      language\n      version\n      isDefault\n      stdinOpen\n      interruptible\n      notes\n      minimums {\n        ...AllLimits\n      }\n      defaults {\n        ...AllLimits\n      }\n      maximums {\n        ...AllLimits\n      }\n    }\n  }\n": typeof types.RuntimesDocument,
    "\n  mutation Submit($input: ExecuteInput!) {\n    execute(input: $input) {\n      __typename\n      ... on ExecuteSuccess {\n        execution {\n          id\n        }\n      }\n      ... on UserError {\n        code\n        message\n      }\n      ... on InvalidInputError {\n        field\n      }\n      ... on QueueFullError {\n        retryAfterMs\n      }\n    }\n  }\n": typeof types.SubmitDocument,
    "\n  mutation Cancel($id: ID!) {\n    cancel(id: $id) {\n      __typename\n      ... on UserError {\n        message\n      }\n    }\n  }\n": typeof types.CancelDocument,
    "\n  mutation Interrupt($id: ID!) {\n    interrupt(id: $id) {\n      __typename\n      ... on UserError {\n        message\n      }\n    }\n  }\n": typeof types.InterruptDocument,
    "\n  mutation WriteStdin($id: ID!, $data: String!, $offset: Int!, $end: Boolean!) {\n    writeStdin(id: $id, data: $data, offset: $offset, end: $end) {\n      __typename\n      ... on UserError {\n        message\n      }\n      ... on StdinFullError {\n        retryAfterMs\n      }\n      ... on StdinOffsetError {\n        offset\n      }\n    }\n  }\n": typeof types.WriteStdinDocument,
    "\n  query Program($id: ID!) {\n    execution(id: $id) {\n      id\n      language\n      code\n      args\n      stdinOpen\n      createdAt\n      labels {\n        name\n        value\n      }\n      limits {\n        ...AllLimits\n      }\n      ...Watched\n    }\n  }\n": typeof types.ProgramDocument,
    "\n  query Progress($id: ID!) {\n    execution(id: $id) {\n      ...Watched\n    }\n  }\n": typeof types.ProgressDocument,
    "\n  query Chunks($id: ID!, $after: Int!) {\n    execution(id: $id) {\n      chunks(first: 1000, after: $after) {\n        chunks {\n          text\n        }\n        cursor\n        hasMore\n      }\n    }\n  }\n": typeof types.ChunksDocument,
    "\n  query Files($id: ID!) {\n    execution(id: $id) {\n      files {\n        path\n        bytes\n        mediaType\n        url\n      }\n      omittedFiles {\n        path\n        reason\n      }\n    }\n  }\n": typeof types.FilesDocument,
    "\n  query Displayed($id: ID!, $before: Int!) {\n    execution(id: $id) {\n      chunks(first: 1, after: $before) {\n        chunks {\n          display {\n            parts {\n              mediaType\n              text\n              url\n              bytes\n            }\n          }\n        }\n      }\n    }\n  }\n": typeof types.DisplayedDocument,
    "\n  query List($first: Int!, $after: String, $filter: ExecutionFilter) {\n    executions(first: $first, after: $after, filter: $filter) {\n      edges {\n        node {\n          id\n          status\n          endReason\n          exitCode\n          signal\n          message\n          language\n          createdAt\n          startedAt\n          finishedAt\n          queuePosition\n          labels {\n            name\n            value\n          }\n        }\n      }\n      pageInfo {\n        hasNextPage\n        hasPreviousPage\n        endCursor\n      }\n    }\n  }\n": typeof types.ListDocument,
    "\n  query ServerHealth {\n    health {\n      status\n      version\n      uptimeSeconds\n      running\n      queued\n      checks {\n        name\n        status\n        latencyMs\n        message\n      }\n    }\n  }\n": typeof types.ServerHealthDocument,
};
const documents: Documents = {
    "\n  subscription Follow($id: ID!, $after: Int!) {\n    output(id: $id, after: $after) {\n      chunks {\n        seq\n        stream\n        text\n      }\n      cursor\n      ended\n      execution {\n        ...Watched\n      }\n    }\n  }\n": types.FollowDocument,
    "\n  fragment Watched on Execution {\n    status\n    endReason\n    message\n    exitCode\n    signal\n    startedAt\n    finishedAt\n    queuePosition\n    outputTruncated\n    stdinBytes\n    stdinClosed\n    usage {\n      wallMs\n      cpuMs\n      maxMemoryMb\n    }\n  }\n": types.WatchedFragmentDoc,
    "\n  fragment AllLimits on Limits {\n    timeoutMs\n    memoryMb\n    cpuMillis\n    outputBytes\n  }\n": types.AllLimitsFragmentDoc,
    "\n  query Runtimes {\n    runtimes {\n      language\n      version\n      isDefault\n      stdinOpen\n      interruptible\n      notes\n      minimums {\n        ...AllLimits\n      }\n      defaults {\n        ...AllLimits\n      }\n      maximums {\n        ...AllLimits\n      }\n    }\n  }\n": types.RuntimesDocument,
    "\n  mutation Submit($input: ExecuteInput!) {\n    execute(input: $input) {\n      __typename\n      ... on ExecuteSuccess {\n        execution {\n          id\n        }\n      }\n      ... on UserError {\n        code\n        message\n      }\n      ... on InvalidInputError {\n        field\n      }\n      ... on QueueFullError {\n        retryAfterMs\n      }\n    }\n  }\n": types.SubmitDocument,
    "\n  mutation Cancel($id: ID!) {\n    cancel(id: $id) {\n      __typename\n      ... on UserError {\n        message\n      }\n    }\n  }\n": types.CancelDocument,
    "\n  mutation Interrupt($id: ID!) {\n    interrupt(id: $id) {\n      __typename\n      ... on UserError {\n        message\n      }\n    }\n  }\n": types.InterruptDocument,
    "\n  mutation WriteStdin($id: ID!, $data: String!, $offset: Int!, $end: Boolean!) {\n    writeStdin(id: $id, data: $data, offset: $offset, end: $end) {\n      __typename\n      ... on UserError {\n        message\n      }\n      ... on StdinFullError {\n        retryAfterMs\n      }\n      ... on StdinOffsetError {\n        offset\n      }\n    }\n  }\n": types.WriteStdinDocument,
    "\n  query Program($id: ID!) {\n    execution(id: $id) {\n      id\n      language\n      code\n      args\n      stdinOpen\n      createdAt\n      labels {\n        name\n        value\n      }\n      limits {\n        ...AllLimits\n      }\n      ...Watched\n    }\n  }\n": types.ProgramDocument,
    "\n  query Progress($id: ID!) {\n    execution(id: $id) {\n      ...Watched\n    }\n  }\n": types.ProgressDocument,
    "\n  query Chunks($id: ID!, $after: Int!) {\n    execution(id: $id) {\n      chunks(first: 1000, after: $after) {\n        chunks {\n          text\n        }\n        cursor\n        hasMore\n      }\n    }\n  }\n": types.ChunksDocument,
    "\n  query Files($id: ID!) {\n    execution(id: $id) {\n      files {\n        path\n        bytes\n        mediaType\n        url\n      }\n      omittedFiles {\n        path\n        reason\n      }\n    }\n  }\n": types.FilesDocument,
    "\n  query Displayed($id: ID!, $before: Int!) {\n    execution(id: $id) {\n      chunks(first: 1, after: $before) {\n        chunks {\n          display {\n            parts {\n              mediaType\n              text\n              url\n              bytes\n            }\n          }\n        }\n      }\n    }\n  }\n": types.DisplayedDocument,
    "\n  query List($first: Int!, $after: String, $filter: ExecutionFilter) {\n    executions(first: $first, after: $after, filter: $filter) {\n      edges {\n        node {\n          id\n          status\n          endReason\n          exitCode\n          signal\n          message\n          language\n          createdAt\n          startedAt\n          finishedAt\n          queuePosition\n          labels {\n            name\n            value\n          }\n        }\n      }\n      pageInfo {\n        hasNextPage\n        hasPreviousPage\n        endCursor\n      }\n    }\n  }\n": types.ListDocument,
    "\n  query ServerHealth {\n    health {\n      status\n      version\n      uptimeSeconds\n      running\n      queued\n      checks {\n        name\n        status\n        latencyMs\n        message\n      }\n    }\n  }\n": types.ServerHealthDocument,
};

/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  subscription Follow($id: ID!, $after: Int!) {\n    output(id: $id, after: $after) {\n      chunks {\n        seq\n        stream\n        text\n      }\n      cursor\n      ended\n      execution {\n        ...Watched\n      }\n    }\n  }\n"): typeof import('./graphql.ts').FollowDocument;
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  fragment Watched on Execution {\n    status\n    endReason\n    message\n    exitCode\n    signal\n    startedAt\n    finishedAt\n    queuePosition\n    outputTruncated\n    stdinBytes\n    stdinClosed\n    usage {\n      wallMs\n      cpuMs\n      maxMemoryMb\n    }\n  }\n"): typeof import('./graphql.ts').WatchedFragmentDoc;
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  fragment AllLimits on Limits {\n    timeoutMs\n    memoryMb\n    cpuMillis\n    outputBytes\n  }\n"): typeof import('./graphql.ts').AllLimitsFragmentDoc;
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  query Runtimes {\n    runtimes {\n      language\n      version\n      isDefault\n      stdinOpen\n      interruptible\n      notes\n      minimums {\n        ...AllLimits\n      }\n      defaults {\n        ...AllLimits\n      }\n      maximums {\n        ...AllLimits\n      }\n    }\n  }\n"): typeof import('./graphql.ts').RuntimesDocument;
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  mutation Submit($input: ExecuteInput!) {\n    execute(input: $input) {\n      __typename\n      ... on ExecuteSuccess {\n        execution {\n          id\n        }\n      }\n      ... on UserError {\n        code\n        message\n      }\n      ... on InvalidInputError {\n        field\n      }\n      ... on QueueFullError {\n        retryAfterMs\n      }\n    }\n  }\n"): typeof import('./graphql.ts').SubmitDocument;
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  mutation Cancel($id: ID!) {\n    cancel(id: $id) {\n      __typename\n      ... on UserError {\n        message\n      }\n    }\n  }\n"): typeof import('./graphql.ts').CancelDocument;
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  mutation Interrupt($id: ID!) {\n    interrupt(id: $id) {\n      __typename\n      ... on UserError {\n        message\n      }\n    }\n  }\n"): typeof import('./graphql.ts').InterruptDocument;
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  mutation WriteStdin($id: ID!, $data: String!, $offset: Int!, $end: Boolean!) {\n    writeStdin(id: $id, data: $data, offset: $offset, end: $end) {\n      __typename\n      ... on UserError {\n        message\n      }\n      ... on StdinFullError {\n        retryAfterMs\n      }\n      ... on StdinOffsetError {\n        offset\n      }\n    }\n  }\n"): typeof import('./graphql.ts').WriteStdinDocument;
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  query Program($id: ID!) {\n    execution(id: $id) {\n      id\n      language\n      code\n      args\n      stdinOpen\n      createdAt\n      labels {\n        name\n        value\n      }\n      limits {\n        ...AllLimits\n      }\n      ...Watched\n    }\n  }\n"): typeof import('./graphql.ts').ProgramDocument;
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  query Progress($id: ID!) {\n    execution(id: $id) {\n      ...Watched\n    }\n  }\n"): typeof import('./graphql.ts').ProgressDocument;
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  query Chunks($id: ID!, $after: Int!) {\n    execution(id: $id) {\n      chunks(first: 1000, after: $after) {\n        chunks {\n          text\n        }\n        cursor\n        hasMore\n      }\n    }\n  }\n"): typeof import('./graphql.ts').ChunksDocument;
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  query Files($id: ID!) {\n    execution(id: $id) {\n      files {\n        path\n        bytes\n        mediaType\n        url\n      }\n      omittedFiles {\n        path\n        reason\n      }\n    }\n  }\n"): typeof import('./graphql.ts').FilesDocument;
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  query Displayed($id: ID!, $before: Int!) {\n    execution(id: $id) {\n      chunks(first: 1, after: $before) {\n        chunks {\n          display {\n            parts {\n              mediaType\n              text\n              url\n              bytes\n            }\n          }\n        }\n      }\n    }\n  }\n"): typeof import('./graphql.ts').DisplayedDocument;
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  query List($first: Int!, $after: String, $filter: ExecutionFilter) {\n    executions(first: $first, after: $after, filter: $filter) {\n      edges {\n        node {\n          id\n          status\n          endReason\n          exitCode\n          signal\n          message\n          language\n          createdAt\n          startedAt\n          finishedAt\n          queuePosition\n          labels {\n            name\n            value\n          }\n        }\n      }\n      pageInfo {\n        hasNextPage\n        hasPreviousPage\n        endCursor\n      }\n    }\n  }\n"): typeof import('./graphql.ts').ListDocument;
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  query ServerHealth {\n    health {\n      status\n      version\n      uptimeSeconds\n      running\n      queued\n      checks {\n        name\n        status\n        latencyMs\n        message\n      }\n    }\n  }\n"): typeof import('./graphql.ts').ServerHealthDocument;


export function graphql(source: string) {
  return (documents as any)[source] ?? {};
}
