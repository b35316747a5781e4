import { MINIMUM_LIMITS } from '../../bounds.ts';
import type { Limits } from '../../executions/execution.ts';
import type { Package, RuntimeInfo } from '../../executions/runner.ts';
import type { Language, LauncherName } from './language.ts';
import { DEFAULT_LANGUAGE, launchedLanguages } from './languages.ts';

/** What a host's interpreters are. */
export interface HostRuntimes {
  /** The table. */
  readonly languages: readonly Language[];
  /** As the interpreter names it, or as far as it is known. */
  readonly version: (launcher: LauncherName) => string;
  /** What is installed beside the standard library, as far as it is known. */
  readonly packages: (launcher: LauncherName) => readonly Package[];
  /** What this host cannot do or enforce for programs of a launcher, a sentence each. */
  readonly notes: (launcher: LauncherName) => readonly string[];
  /** Whether stdin can stay open while a program of that launcher runs. */
  readonly takesInput: (launcher: LauncherName) => boolean;
  /** Whether files that a program of that launcher leaves are taken. */
  readonly leavesFiles: (launcher: LauncherName) => boolean;
  /** Whether a program of that launcher can be interrupted. */
  readonly canInterrupt: (launcher: LauncherName) => boolean;
  readonly defaults: Limits;
  readonly maximums: Limits;
}

/** What a host with launchers can run, a runtime for each language that one serves. */
export function runtimesOf({
  languages,
  version,
  packages,
  notes,
  takesInput,
  leavesFiles,
  canInterrupt,
  defaults,
  maximums,
}: HostRuntimes): readonly RuntimeInfo[] {
  return launchedLanguages(languages).flatMap((language) =>
    language.launcher === null
      ? []
      : runtimeOf(language, {
          version: version(language.launcher),
          packages: packages(language.launcher),
          notes: notes(language.launcher),
          takesInput: takesInput(language.launcher),
          leavesFiles: leavesFiles(language.launcher),
          canInterrupt: canInterrupt(language.launcher),
          defaults,
          maximums,
        }),
  );
}

/** A language as a host runs it. `notes` are the host's; those of the record come after them. */
export function runtimeOf(
  language: Language,
  host: Pick<
    RuntimeInfo,
    'version' | 'packages' | 'notes' | 'takesInput' | 'leavesFiles' | 'canInterrupt' | 'defaults' | 'maximums'
  >,
): RuntimeInfo {
  return {
    ...host,
    language: language.name,
    aliases: language.aliases,
    isDefault: language.name === DEFAULT_LANGUAGE.name,
    defaultFileName: language.defaultFileName,
    extensions: language.extensions,
    isCompiled: language.commands.compile !== null,
    minimums: MINIMUM_LIMITS,
    notes: [...host.notes, ...language.notes],
  };
}
