/**
 * What keeps a program's process from the host's files, whatever the runtime in it does in the program's name.
 * `bubblewrap`: namespaces of its own, with nothing in them but what it is given. `landlock`: the kernel refuses files
 * other than those. `none`: only what the runtime itself refuses.
 */
export type Isolation = 'bubblewrap' | 'landlock' | 'none';

export interface Command {
  /** An absolute path. */
  readonly file: string;
  readonly args: readonly string[];
}

/** What one process is given of the host. */
export interface JailContents {
  /** Files and directories that it may read: absolute, each with a last name of its own. The first is the runtime's binary. */
  readonly readable: readonly string[];
  /** The program's own directory: absolute. It is where the process starts, and it may only read there. */
  readonly directory: string;
  /**
   * A directory in memory that it may write to, empty at its start: a path as the process sees it, the program's directory or
   * one of its own, and how many bytes it may hold. Only where the jail has such (`hasScratch`).
   */
  readonly scratch?: { readonly path: string; readonly bytes: number };
  /** Readable files above that directory that a search upwards has to find, where the jail has the host's own paths. */
  readonly above?: readonly string[];
}

/** Where things are for a process in the jail. */
export interface Places {
  /** The program's directory. */
  readonly directory: string;
  /** Of a path that is readable, or below one that is. */
  locate(path: string): string;
}

/** How processes are shut in. */
export interface Jail {
  readonly isolation: Isolation;
  /** Whether it can have a directory in memory, bounded, that a process may write to. */
  readonly hasScratch: boolean;
  /** One sentence for operators: what holds programs. */
  readonly description: string;
  /** Whether the process that is started is the outer one of a jail (starter/messages.ts). */
  readonly isJail: boolean;
  /** Files whose descriptors the jail's process wants (starter/messages.ts). */
  readonly files: readonly string[];
  places(contents: JailContents): Places;
  /** @param command with the paths of `places` */
  wrap(command: Command, contents: JailContents): Command;
}
