/** Which program of ours gets a sandbox ready and runs the program: in Python, or in JavaScript. */
export const LAUNCHER_NAMES = ['python', 'javascript'] as const;
export type LauncherName = (typeof LAUNCHER_NAMES)[number];

/** What Podline knows of a language. A record is data: it does nothing, and nothing else names a language. */
export interface Language {
  /** As the API names it. */
  readonly name: string;
  /** Other names that people use, in lower case. */
  readonly aliases: readonly string[];
  /** Extensions a file name of this language may have, with the dot; the first is the usual one. */
  readonly extensions: readonly string[];
  readonly defaultFileName: string;
  /**
   * The launcher that serves it. Languages with the same one share their sandboxes, and so their image. Null: its commands
   * are run as they stand, which only the native host does.
   */
  readonly launcher: LauncherName | null;
  /** The image of its pods unless `RUNTIME_IMAGES` names another; null where there is no launcher. */
  readonly image: string | null;
  readonly commands: Commands;
  /** What a program has to expect on every host, a sentence each. */
  readonly notes: readonly string[];
}

/**
 * How a language's programs are run where its tools are installed. In the words of a command `{file}` is the program's file,
 * `{sources}` (a word by itself) every file of the language that came with the program, its own first, `{output}` what the
 * compiler makes, and `{stem}` the file's name without folders and extension. Each command starts in the program's directory.
 */
export interface Commands {
  /** The program's arguments come after it. */
  readonly run: readonly string[];
  /** Runs before, within bounds of its own; null: there is nothing to compile. */
  readonly compile: readonly string[] | null;
  /** Prints the version, the first number with a point in it. Where it fails the language is not offered. */
  readonly version: readonly string[];
  /** Variables for all three; the program's own come on top. */
  readonly env: { readonly [name: string]: string };
}
