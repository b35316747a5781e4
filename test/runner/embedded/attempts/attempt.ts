/** One way to reach something outside of the sandbox. */
export interface Attempt {
  readonly name: string;
  /**
   * JavaScript: the body of an async function that gets `host` (see `HostView`). Python: statements that find `host` as
   * a dictionary. It returns (Python: puts into `reached`) what it reached; an exception means that it reached nothing.
   */
  readonly code: string;
  /** Part of the error that must come, so that an attempt with a slip of the pen does not count as refused. */
  readonly refusal: string;
  /** Why the same attempt reaches nothing without a sandbox either, on this machine; else the control run expects that it does. */
  readonly uncontrolled?: string;
}

/** What an attempt is told of the host: places and numbers, never a secret itself. */
export interface HostView {
  /** A directory the server may write to. */
  readonly directory: string;
  /** Holds the secret as text, as JSON (`"…"`), as a module's default export, as variables, as a PEM block. */
  readonly secretText: string;
  readonly secretJson: string;
  readonly secretModule: string;
  readonly secretVariables: string;
  /** A file that is there, to be overwritten. */
  readonly database: string;
  /** Where the runner keeps its snapshot and the sandboxes' directories. */
  readonly dataDir: string;
  /** Name of an environment variable of the server. */
  readonly variable: string;
  /** Listeners on 127.0.0.1, and one on a socket file. */
  readonly tcpPort: number;
  readonly udpPort: number;
  readonly socketFile: string;
  readonly serverPid: number;
}

export interface Outcome {
  readonly name: string;
  readonly reached: boolean;
  /** What was reached, or the error. */
  readonly detail: string;
}

/** Marks the lines of a program's output that tell an outcome. */
export const MARK = '@attempt ';

export function readOutcomes(output: string): Map<string, Outcome> {
  const outcomes = new Map<string, Outcome>();
  for (const line of output.split('\n')) {
    if (!line.startsWith(MARK)) continue;
    const outcome = JSON.parse(line.slice(MARK.length)) as Outcome;
    outcomes.set(outcome.name, outcome);
  }
  return outcomes;
}
