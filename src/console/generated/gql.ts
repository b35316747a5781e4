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
    "\n  query Runtimes {\n    runtimes {\n      language\n      version\n      isDefault\n      stdinOpen\n      interruptible\n      sessions\n      contexts\n      notes\n      minimums {\n        ...AllLimits\n      }\n      defaults {\n        ...AllLimits\n      }\n      maximums {\n        ...AllLimits\n      }\n    }\n  }\n": typeof types.RuntimesDocument,
    "\n  mutation Submit($input: ExecuteInput!) {\n    execute(input: $input) {\n      __typename\n      ... on ExecuteSuccess {\n        execution {\n          id\n        }\n      }\n      ... on UserError {\n        code\n        message\n      }\n      ... on InvalidInputError {\n        field\n      }\n      ... on QueueFullError {\n        retryAfterMs\n      }\n    }\n  }\n": typeof types.SubmitDocument,
    "\n  mutation Cancel($id: ID!) {\n    cancel(id: $id) {\n      __typename\n      ... on UserError {\n        message\n      }\n    }\n  }\n": typeof types.CancelDocument,
    "\n  mutation Interrupt($id: ID!) {\n    interrupt(id: $id) {\n      __typename\n      ... on UserError {\n        message\n      }\n    }\n  }\n": typeof types.InterruptDocument,
    "\n  mutation WriteStdin($id: ID!, $data: String!, $offset: Int!, $end: Boolean!) {\n    writeStdin(id: $id, data: $data, offset: $offset, end: $end) {\n      __typename\n      ... on UserError {\n        message\n      }\n      ... on StdinFullError {\n        retryAfterMs\n      }\n      ... on StdinOffsetError {\n        offset\n      }\n    }\n  }\n": typeof types.WriteStdinDocument,
    "\n  query Program($id: ID!) {\n    execution(id: $id) {\n      id\n      language\n      code\n      args\n      stdinOpen\n      createdAt\n      context\n      session {\n        id\n        status\n      }\n      labels {\n        name\n        value\n      }\n      limits {\n        ...AllLimits\n      }\n      ...Watched\n    }\n  }\n": typeof types.ProgramDocument,
    "\n  query Progress($id: ID!) {\n    execution(id: $id) {\n      ...Watched\n    }\n  }\n": typeof types.ProgressDocument,
    "\n  query Chunks($id: ID!, $after: Int!) {\n    execution(id: $id) {\n      chunks(first: 1000, after: $after) {\n        chunks {\n          text\n        }\n        cursor\n        hasMore\n      }\n    }\n  }\n": typeof types.ChunksDocument,
    "\n  query Files($id: ID!) {\n    execution(id: $id) {\n      files {\n        path\n        bytes\n        mediaType\n        url\n      }\n      omittedFiles {\n        path\n        reason\n      }\n    }\n  }\n": typeof types.FilesDocument,
    "\n  query Displayed($id: ID!, $before: Int!) {\n    execution(id: $id) {\n      chunks(first: 1, after: $before) {\n        chunks {\n          display {\n            parts {\n              mediaType\n              text\n              url\n              bytes\n            }\n          }\n        }\n      }\n    }\n  }\n": typeof types.DisplayedDocument,
    "\n  query List($first: Int!, $after: String, $filter: ExecutionFilter) {\n    executions(first: $first, after: $after, filter: $filter) {\n      edges {\n        node {\n          id\n          status\n          endReason\n          exitCode\n          signal\n          message\n          language\n          createdAt\n          startedAt\n          finishedAt\n          queuePosition\n          labels {\n            name\n            value\n          }\n        }\n      }\n      pageInfo {\n        hasNextPage\n        hasPreviousPage\n        endCursor\n      }\n    }\n  }\n": typeof types.ListDocument,
    "\n  fragment Count on SessionConnection {\n    edges {\n      cursor\n    }\n  }\n": typeof types.CountFragmentDoc,
    "\n  query ServerHealth {\n    health {\n      status\n      version\n      uptimeSeconds\n      running\n      queued\n      checks {\n        name\n        status\n        latencyMs\n        message\n      }\n    }\n    starting: sessions(first: 100, status: STARTING) {\n      ...Count\n    }\n    idle: sessions(first: 100, status: IDLE) {\n      ...Count\n    }\n    busy: sessions(first: 100, status: BUSY) {\n      ...Count\n    }\n    sessionLimits {\n      maxOpen\n    }\n  }\n": typeof types.ServerHealthDocument,
    "\n  fragment SessionFacts on Session {\n    id\n    status\n    endReason\n    message\n    language\n    idleTimeoutMs\n    createdAt\n    expiresAt\n    endedAt\n    contexts {\n      name\n      executionCount\n      stateLost\n    }\n  }\n": typeof types.SessionFactsFragmentDoc,
    "\n  query Sessions($first: Int!, $after: String) {\n    sessions(first: $first, after: $after) {\n      edges {\n        node {\n          ...SessionFacts\n        }\n      }\n      pageInfo {\n        hasNextPage\n        hasPreviousPage\n        endCursor\n      }\n    }\n    sessionLimits {\n      minIdleTimeoutMs\n      idleTimeoutMs\n      lifetimeMs\n      maxOpen\n    }\n  }\n": typeof types.SessionsDocument,
    "\n  mutation CreateSession($input: CreateSessionInput!) {\n    createSession(input: $input) {\n      __typename\n      ... on CreateSessionSuccess {\n        session {\n          id\n        }\n      }\n      ... on UserError {\n        code\n        message\n      }\n    }\n  }\n": typeof types.CreateSessionDocument,
    "\n  mutation EndSession($id: ID!) {\n    endSession(id: $id) {\n      __typename\n      ... on UserError {\n        message\n      }\n    }\n  }\n": typeof types.EndSessionDocument,
    "\n  query SessionCells($id: ID!, $first: Int!, $after: String) {\n    session(id: $id) {\n      ...SessionFacts\n      executions(first: $first, after: $after) {\n        edges {\n          cursor\n          node {\n            id\n            context\n            ...Watched\n          }\n        }\n        pageInfo {\n          hasNextPage\n          endCursor\n        }\n      }\n    }\n  }\n": typeof types.SessionCellsDocument,
    "\n  subscription FollowSession($id: ID!) {\n    session(id: $id) {\n      ...SessionFacts\n    }\n  }\n": typeof types.FollowSessionDocument,
};
const documents: Documents = {
    "\n  subscription Follow($id: ID!, $after: Int!) {\n    output(id: $id, after: $after) {\n      chunks {\n        seq\n        stream\n        text\n      }\n      cursor\n      ended\n      execution {\n        ...Watched\n      }\n    }\n  }\n": types.FollowDocument,
    "\n  fragment Watched on Execution {\n    status\n    endReason\n    message\n    exitCode\n    signal\n    startedAt\n    finishedAt\n    queuePosition\n    outputTruncated\n    stdinBytes\n    stdinClosed\n    usage {\n      wallMs\n      cpuMs\n      maxMemoryMb\n    }\n  }\n": types.WatchedFragmentDoc,
    "\n  fragment AllLimits on Limits {\n    timeoutMs\n    memoryMb\n    cpuMillis\n    outputBytes\n  }\n": types.AllLimitsFragmentDoc,
    "\n  query Runtimes {\n    runtimes {\n      language\n      version\n      isDefault\n      stdinOpen\n      interruptible\n      sessions\n      contexts\n      notes\n      minimums {\n        ...AllLimits\n      }\n      defaults {\n        ...AllLimits\n      }\n      maximums {\n        ...AllLimits\n      }\n    }\n  }\n": types.RuntimesDocument,
    "\n  mutation Submit($input: ExecuteInput!) {\n    execute(input: $input) {\n      __typename\n      ... on ExecuteSuccess {\n        execution {\n          id\n        }\n      }\n      ... on UserError {\n        code\n        message\n      }\n      ... on InvalidInputError {\n        field\n      }\n      ... on QueueFullError {\n        retryAfterMs\n      }\n    }\n  }\n": types.SubmitDocument,
    "\n  mutation Cancel($id: ID!) {\n    cancel(id: $id) {\n      __typename\n      ... on UserError {\n        message\n      }\n    }\n  }\n": types.CancelDocument,
    "\n  mutation Interrupt($id: ID!) {\n    interrupt(id: $id) {\n      __typename\n      ... on UserError {\n        message\n      }\n    }\n  }\n": types.InterruptDocument,
    "\n  mutation WriteStdin($id: ID!, $data: String!, $offset: Int!, $end: Boolean!) {\n    writeStdin(id: $id, data: $data, offset: $offset, end: $end) {\n      __typename\n      ... on UserError {\n        message\n      }\n      ... on StdinFullError {\n        retryAfterMs\n      }\n      ... on StdinOffsetError {\n        offset\n      }\n    }\n  }\n": types.WriteStdinDocument,
    "\n  query Program($id: ID!) {\n    execution(id: $id) {\n      id\n      language\n      code\n      args\n      stdinOpen\n      createdAt\n      context\n      session {\n        id\n        status\n      }\n      labels {\n        name\n        value\n      }\n      limits {\n        ...AllLimits\n      }\n      ...Watched\n    }\n  }\n": types.ProgramDocument,
    "\n  query Progress($id: ID!) {\n    execution(id: $id) {\n      ...Watched\n    }\n  }\n": types.ProgressDocument,
    "\n  query Chunks($id: ID!, $after: Int!) {\n    execution(id: $id) {\n      chunks(first: 1000, after: $after) {\n        chunks {\n          text\n        }\n        cursor\n        hasMore\n      }\n    }\n  }\n": types.ChunksDocument,
    "\n  query Files($id: ID!) {\n    execution(id: $id) {\n      files {\n        path\n        bytes\n        mediaType\n        url\n      }\n      omittedFiles {\n        path\n        reason\n      }\n    }\n  }\n": types.FilesDocument,
    "\n  query Displayed($id: ID!, $before: Int!) {\n    execution(id: $id) {\n      chunks(first: 1, after: $before) {\n        chunks {\n          display {\n            parts {\n              mediaType\n              text\n              url\n              bytes\n            }\n          }\n        }\n      }\n    }\n  }\n": types.DisplayedDocument,
    "\n  query List($first: Int!, $after: String, $filter: ExecutionFilter) {\n    executions(first: $first, after: $after, filter: $filter) {\n      edges {\n        node {\n          id\n          status\n          endReason\n          exitCode\n          signal\n          message\n          language\n          createdAt\n          startedAt\n          finishedAt\n          queuePosition\n          labels {\n            name\n            value\n          }\n        }\n      }\n      pageInfo {\n        hasNextPage\n        hasPreviousPage\n        endCursor\n      }\n    }\n  }\n": types.ListDocument,
    "\n  fragment Count on SessionConnection {\n    edges {\n      cursor\n    }\n  }\n": types.CountFragmentDoc,
    "\n  query ServerHealth {\n    health {\n      status\n      version\n      uptimeSeconds\n      running\n      queued\n      checks {\n        name\n        status\n        latencyMs\n        message\n      }\n    }\n    starting: sessions(first: 100, status: STARTING) {\n      ...Count\n    }\n    idle: sessions(first: 100, status: IDLE) {\n      ...Count\n    }\n    busy: sessions(first: 100, status: BUSY) {\n      ...Count\n    }\n    sessionLimits {\n      maxOpen\n    }\n  }\n": types.ServerHealthDocument,
    "\n  fragment SessionFacts on Session {\n    id\n    status\n    endReason\n    message\n    language\n    idleTimeoutMs\n    createdAt\n    expiresAt\n    endedAt\n    contexts {\n      name\n      executionCount\n      stateLost\n    }\n  }\n": types.SessionFactsFragmentDoc,
    "\n  query Sessions($first: Int!, $after: String) {\n    sessions(first: $first, after: $after) {\n      edges {\n        node {\n          ...SessionFacts\n        }\n      }\n      pageInfo {\n        hasNextPage\n        hasPreviousPage\n        endCursor\n      }\n    }\n    sessionLimits {\n      minIdleTimeoutMs\n      idleTimeoutMs\n      lifetimeMs\n      maxOpen\n    }\n  }\n": types.SessionsDocument,
    "\n  mutation CreateSession($input: CreateSessionInput!) {\n    createSession(input: $input) {\n      __typename\n      ... on CreateSessionSuccess {\n        session {\n          id\n        }\n      }\n      ... on UserError {\n        code\n        message\n      }\n    }\n  }\n": types.CreateSessionDocument,
    "\n  mutation EndSession($id: ID!) {\n    endSession(id: $id) {\n      __typename\n      ... on UserError {\n        message\n      }\n    }\n  }\n": types.EndSessionDocument,
    "\n  query SessionCells($id: ID!, $first: Int!, $after: String) {\n    session(id: $id) {\n      ...SessionFacts\n      executions(first: $first, after: $after) {\n        edges {\n          cursor\n          node {\n            id\n            context\n            ...Watched\n          }\n        }\n        pageInfo {\n          hasNextPage\n          endCursor\n        }\n      }\n    }\n  }\n": types.SessionCellsDocument,
    "\n  subscription FollowSession($id: ID!) {\n    session(id: $id) {\n      ...SessionFacts\n    }\n  }\n": types.FollowSessionDocument,
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
export function graphql(source: "\n  query Runtimes {\n    runtimes {\n      language\n      version\n      isDefault\n      stdinOpen\n      interruptible\n      sessions\n      contexts\n      notes\n      minimums {\n        ...AllLimits\n      }\n      defaults {\n        ...AllLimits\n      }\n      maximums {\n        ...AllLimits\n      }\n    }\n  }\n"): typeof import('./graphql.ts').RuntimesDocument;
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
export function graphql(source: "\n  query Program($id: ID!) {\n    execution(id: $id) {\n      id\n      language\n      code\n      args\n      stdinOpen\n      createdAt\n      context\n      session {\n        id\n        status\n      }\n      labels {\n        name\n        value\n      }\n      limits {\n        ...AllLimits\n      }\n      ...Watched\n    }\n  }\n"): typeof import('./graphql.ts').ProgramDocument;
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
export function graphql(source: "\n  fragment Count on SessionConnection {\n    edges {\n      cursor\n    }\n  }\n"): typeof import('./graphql.ts').CountFragmentDoc;
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  query ServerHealth {\n    health {\n      status\n      version\n      uptimeSeconds\n      running\n      queued\n      checks {\n        name\n        status\n        latencyMs\n        message\n      }\n    }\n    starting: sessions(first: 100, status: STARTING) {\n      ...Count\n    }\n    idle: sessions(first: 100, status: IDLE) {\n      ...Count\n    }\n    busy: sessions(first: 100, status: BUSY) {\n      ...Count\n    }\n    sessionLimits {\n      maxOpen\n    }\n  }\n"): typeof import('./graphql.ts').ServerHealthDocument;
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  fragment SessionFacts on Session {\n    id\n    status\n    endReason\n    message\n    language\n    idleTimeoutMs\n    createdAt\n    expiresAt\n    endedAt\n    contexts {\n      name\n      executionCount\n      stateLost\n    }\n  }\n"): typeof import('./graphql.ts').SessionFactsFragmentDoc;
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  query Sessions($first: Int!, $after: String) {\n    sessions(first: $first, after: $after) {\n      edges {\n        node {\n          ...SessionFacts\n        }\n      }\n      pageInfo {\n        hasNextPage\n        hasPreviousPage\n        endCursor\n      }\n    }\n    sessionLimits {\n      minIdleTimeoutMs\n      idleTimeoutMs\n      lifetimeMs\n      maxOpen\n    }\n  }\n"): typeof import('./graphql.ts').SessionsDocument;
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  mutation CreateSession($input: CreateSessionInput!) {\n    createSession(input: $input) {\n      __typename\n      ... on CreateSessionSuccess {\n        session {\n          id\n        }\n      }\n      ... on UserError {\n        code\n        message\n      }\n    }\n  }\n"): typeof import('./graphql.ts').CreateSessionDocument;
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  mutation EndSession($id: ID!) {\n    endSession(id: $id) {\n      __typename\n      ... on UserError {\n        message\n      }\n    }\n  }\n"): typeof import('./graphql.ts').EndSessionDocument;
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  query SessionCells($id: ID!, $first: Int!, $after: String) {\n    session(id: $id) {\n      ...SessionFacts\n      executions(first: $first, after: $after) {\n        edges {\n          cursor\n          node {\n            id\n            context\n            ...Watched\n          }\n        }\n        pageInfo {\n          hasNextPage\n          endCursor\n        }\n      }\n    }\n  }\n"): typeof import('./graphql.ts').SessionCellsDocument;
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  subscription FollowSession($id: ID!) {\n    session(id: $id) {\n      ...SessionFacts\n    }\n  }\n"): typeof import('./graphql.ts').FollowSessionDocument;


export function graphql(source: string) {
  return (documents as any)[source] ?? {};
}
