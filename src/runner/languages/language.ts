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
   * are run as they stand, where its tools are installed.
   */
  readonly launcher: LauncherName | null;
  /** The image of its pods unless `RUNTIME_IMAGES` names another; null: there is none, and Kubernetes does not offer it. */
  readonly image: string | null;
  readonly commands: Commands;
  /** Modules that a waiting interpreter imports beside the usual ones; one that it lacks is left out. Counts where Python is the launcher. */
  readonly warmUp: readonly string[];
  /** Whether a machine that lacks its tools is a mistake, and not one that does not offer it: of commands that `LANGUAGES_FILE` has. */
  readonly isRequired: boolean;
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
  /** Runs before, within `compileLimits`; null: there is nothing to compile. */
  readonly compile: readonly string[] | null;
  readonly compileLimits: CompileLimits;
  /**
   * Fills the directory `/podline/cache` with what the tool would make for every program, once on a machine; programs then find
   * it as `/podline/cache/NAME`, read-only, with a file `complete` in it. Null: there is nothing of the kind.
   */
  readonly prepare: readonly string[] | null;
  /** Prints the version, the first number with a point in it. Where it fails the language is not offered. */
  readonly version: readonly string[];
  /** Variables for all three; the program's own come on top. */
  readonly env: { readonly [name: string]: string };
}

/** A record of a language that no launcher serves. What is left out is as most of them have it. */
export function toolLanguage(
  language: Pick<Language, 'name' | 'aliases' | 'extensions'> & Partial<Language>,
  commands: Pick<Commands, 'run' | 'compile' | 'version'> & Partial<Commands>,
): Language {
  return {
    defaultFileName: `main${language.extensions[0]}`,
    launcher: null,
    image: null,
    warmUp: [],
    isRequired: false,
    notes: [],
    commands: { compileLimits: COMPILE_LIMITS, prepare: null, env: {}, ...commands },
    ...language,
  };
}

/** Bounds of a compile step, its own: none of them is the program's. */
export interface CompileLimits {
  readonly timeoutMs: number;
  readonly memoryMb: number;
  /** Bytes that a compiler may print; they count towards the execution's as well. */
  readonly outputBytes: number;
}

/** What a compile step has where its record says nothing else. */
export const COMPILE_LIMITS: CompileLimits = {
  timeoutMs: 120_000,
  memoryMb: 2048,
  outputBytes: 1024 * 1024,
};
