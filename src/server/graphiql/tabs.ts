/** One tab of GraphiQL as it opens for the first time. */
export interface Tab {
  readonly query: string;
  readonly variables?: string;
}

const RUN = `# Submits a program. Press Play, then
# open Watch to see its lines arrive.
# Paste your own between the """ lines;
# write \\""" where it has three quotes.
mutation Run {
  execute(
    input: {
      language: "python"
      code: """
import time

for second in range(1, 16):
    print(f"line {second}", flush=True)
    time.sleep(1)
"""
    }
  ) {
    ... on ExecuteSuccess {
      execution {
        id
        status
        createdAt
      }
    }
    ... on UserError {
      code
      message
    }
  }
}
`;

const WATCH = `# Watches a program live, or replays one
# that has ended. This page puts the id
# of the one you ran last for "latest".
# Stop ends the watching only: see Cancel.
subscription Watch($id: ID!, $after: Int) {
  output(id: $id, after: $after) {
    tail(lines: 30)
    chunks {
      seq
      stream
      text
    }
    cursor
    ended
    execution {
      status
      message
      exitCode
    }
  }
}
`;

const CANCEL = `# Ends a program that runs or waits; what
# it has printed stays.
mutation Cancel($id: ID!) {
  cancel(id: $id) {
    ... on CancelSuccess {
      execution {
        id
        status
      }
    }
    ... on UserError {
      code
      message
    }
  }
}
`;

const VARIABLE = `# As a client submits: the program is a
# variable, see Variables below.
mutation Submit($input: ExecuteInput!) {
  execute(input: $input) {
    ... on ExecuteSuccess {
      execution {
        id
        status
      }
    }
    ... on UserError {
      code
      message
    }
  }
}
`;

const LIST = `# Your newest programs and their output.
query List {
  executions(first: 5) {
    edges {
      node {
        id
        status
        endReason
        language
        createdAt
        output
      }
    }
    pageInfo {
      hasNextPage
      endCursor
    }
  }
}
`;

const HEALTH = `# How the service is, what it can run,
# and what its sandbox cannot do (notes).
query Health {
  health {
    status
    version
    running
    queued
    checks {
      name
      status
      message
    }
  }
  runtimes {
    language
    version
    defaults {
      timeoutMs
      memoryMb
    }
    notes
  }
}
`;

const SESSION = `# Makes a session: its variables and files
# stay from one cell to the next. Then
# open Cell and press Play, twice.
mutation Session {
  createSession(input: { language: "python" }) {
    ... on CreateSessionSuccess {
      session {
        id
        status
        expiresAt
      }
    }
    ... on UserError {
      code
      message
    }
  }
}
`;

const CELL = `# Runs a cell in the session that you made
# last; Watch shows what it prints.
mutation Cell($session: ID!) {
  execute(
    input: {
      sessionId: $session
      context: "main"
      code: """
count = globals().get("count", 0) + 1
f"run {count} times"
"""
    }
  ) {
    ... on ExecuteSuccess {
      execution {
        id
        status
      }
    }
    ... on UserError {
      code
      message
    }
  }
}
`;

/** Each does something at once. */
export const tabs: readonly Tab[] = [
  { query: RUN },
  { query: WATCH, variables: variables({ id: 'latest', after: 0 }) },
  { query: CANCEL, variables: variables({ id: 'latest' }) },
  {
    query: VARIABLE,
    variables: variables({
      input: {
        language: 'javascript',
        code: 'console.log("Hello,", process.argv[2]);\n',
        args: ['Ada'],
        limits: { timeoutMs: 10_000 },
      },
    }),
  },
  { query: LIST },
  { query: HEALTH },
  { query: SESSION },
  { query: CELL, variables: variables({ session: 'latest' }) },
];

function variables(values: Readonly<Record<string, unknown>>): string {
  return JSON.stringify(values, null, 2);
}
