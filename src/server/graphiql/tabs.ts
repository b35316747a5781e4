/** One tab of GraphiQL as it opens for the first time. */
export interface Tab {
  readonly query: string;
  readonly variables?: string;
}

const RUN = `# Submits a program. Press Play here, then in the next tab
# (Watch) to see its lines arrive while it runs.
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

const WATCH = `# Watches a program live, or replays one that has ended.
# Where the variable says "latest" this page puts the id
# of the program you ran last; other clients give the id.
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
      exitCode
    }
  }
}
`;

const LIST = `# Your newest programs and what they printed.
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

const HEALTH = `# How the service is, and what it can run.
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
  }
}
`;

/** Each does something at once. */
export const tabs: readonly Tab[] = [
  { query: RUN },
  { query: WATCH, variables: JSON.stringify({ id: 'latest', after: 0 }, null, 2) },
  { query: LIST },
  { query: HEALTH },
];
