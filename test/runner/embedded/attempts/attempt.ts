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
  /** Why only a jail without the host's files keeps it from telling something, a wall of Landlock does not. */
  readonly needsJail?: string;
  /**
   * What the runtime prints of its target without a sandbox: the secret, or that it is there. Inside, stderr is the same
   * for a path that exists and for one that does not.
   */
  readonly prints?: 'secret' | 'existence';
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
  /** A source map that says that everything comes from a source named after the secret. */
  readonly secretMap: string;
  /** A directory with a package.json that only says what kind of package it is. */
  readonly secretPackage: string;
  /** One whose package.json is no JSON. */
  readonly brokenPackage: string;
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
  /** Listens too, on Linux. */
  readonly abstractSocket: string;
  readonly serverPid: number;
  /** Another process of the server's user, which does nothing. */
  readonly bystanderPid: number;
  /** The environment of another process of the server's user: one line with the secret. */
  readonly secretEnvironment: string;
  /** For each of the paths one that is not there, beside it and as long. */
  readonly absent: { readonly [name in PathName]: string };
}

export type PathName =
  | 'secretText'
  | 'secretJson'
  | 'secretModule'
  | 'secretVariables'
  | 'secretMap'
  | 'secretPackage'
  | 'brokenPackage'
  | 'secretEnvironment'
  | 'directory';

/** A host on which nothing is where an attempt looks for it. */
export function withoutFiles(host: HostView): HostView {
  return { ...host, ...host.absent };
}

/**
 * What was printed, without what differs from run to run: which of two paths was asked for, where the sandbox lies,
 * addresses. In `data:` and `blob:` URLs no path can be told.
 */
export function withoutPaths(printed: string, host: HostView): string {
  const plain = printed
    .replace(/\b(data|blob):\S+?(?=:\d+:\d+|\s|$)/g, '$1:')
    .replace(/\b0x[0-9a-f]+\b|https:\/\/panic\.deno\.com\/\S+/g, '0x')
    .replace(/\(\d+\) panicked/g, '() panicked')
    .replace(new RegExp(`${host.dataDir}/sandboxes/[^/]+/\\d+`, 'g'), '/program');
  return Object.entries(host.absent).reduce(
    (text, [name, path]) => text.replaceAll(path, host[name as PathName]),
    plain,
  );
}

export interface Outcome {
  readonly name: string;
  readonly reached: boolean;
  /** What was reached, or the error. */
  readonly detail: string;
}

/** Marks the lines of a program's output that tell an outcome. */
export const MARK = '@attempt ';

/** What stood on stderr while the attempt `name` was made. */
export function printedBy(name: string, stderr: string): string {
  let from = 0;
  for (const match of stderr.matchAll(new RegExp(`^${MARK}(.*)$`, 'gm'))) {
    if (JSON.parse(match[1] ?? '""') === name) return stderr.slice(from, match.index);
    from = match.index + match[0].length;
  }
  throw new Error(`Expected a mark of ${name} on stderr, got ${stderr}`);
}

export function readOutcomes(output: string): Map<string, Outcome> {
  const outcomes = new Map<string, Outcome>();
  for (const line of output.split('\n')) {
    if (!line.startsWith(MARK)) continue;
    const outcome = JSON.parse(line.slice(MARK.length)) as Outcome;
    outcomes.set(outcome.name, outcome);
  }
  return outcomes;
}
