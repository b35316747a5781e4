import { ConfigError } from '../../config-error.ts';
import type { Package } from '../../executions/runner.ts';
import type { Language } from '../languages/language.ts';
import type { NativeJail } from './jail.ts';
import { MAKE_STDIN_PIPE, STDIN_PIPE } from './launchers.ts';
import type { Python } from './python.ts';

/** A language whose tools are here. */
export interface Tool {
  readonly language: Language;
  /** As the tool says it. */
  readonly version: string;
}

const VERSION = /\d+(?:\.\d+)+/;

/** Asks every language's tool for its version, in a sandbox each: those that answer are there, and work there. */
export async function findTools(
  jail: NativeJail,
  languages: readonly Language[],
  python: Python | null,
): Promise<readonly Tool[]> {
  const found = await Promise.all(
    languages.map(async (language) => {
      const { version, env } = language.commands;
      const command = language.launcher === 'python' && python ? [python.file, '--version'] : version;
      const said = await jail.run(command, env).catch(() => '');
      const [number] = VERSION.exec(said) ?? [];
      return number === undefined ? null : { language, version: number };
    }),
  );
  return found.filter((tool) => tool !== null);
}

/** Whether the shell of this machine makes the pipe of an open stdin: of a here-document some make a file. */
export function makesPipes(jail: NativeJail): Promise<boolean> {
  const command = `${MAKE_STDIN_PIPE}\n[ -p /proc/self/fd/${STDIN_PIPE} ]`;
  return jail.run(['/bin/sh', '-c', command], {}).then(
    () => true,
    () => false,
  );
}

/** Prints those of its arguments that no command is found by. */
const MISSING = 'for name do command -v "$name" >/dev/null || printf "%s\\n" "$name"; done';

/**
 * Whether the commands of records that say so are here: what an operator has written down is not left out in silence.
 * @throws ConfigError with a sentence, on a line of its own, for each that is not
 */
export async function checkCommands(jail: NativeJail, languages: readonly Language[]): Promise<void> {
  const problems = await Promise.all(
    languages
      .filter(({ isRequired }) => isRequired)
      .map(async ({ name, commands }) => {
        const named = [
          ['version', commands.version[0]],
          ['compile', commands.compile?.[0]],
          ['run', commands.run[0]],
        ].filter((pair): pair is [string, string] => pair[1] !== undefined && !pair[1].includes('{'));
        const said = await jail.run(
          ['sh', '-c', MISSING, 'sh', ...named.map(([, word]) => word)],
          commands.env,
        );
        const missing = said.split('\n');
        return named
          .filter(([, word]) => missing.includes(word))
          .map(
            ([field, word]) =>
              `LANGUAGES_FILE ${name}.${field}: expected a command that this machine has in /usr, got ${JSON.stringify(word)}`,
          );
      }),
  );
  if (problems.flat().length > 0) throw new ConfigError(problems.flat().join('\n'));
}

/** Names and versions of what is installed beside the standard library. */
const PACKAGES = `import importlib.metadata, json
found = [(one.metadata["Name"], one.version) for one in importlib.metadata.distributions()]
print(json.dumps(sorted({name: version for name, version in found if name and version}.items(), key=lambda pair: pair[0].lower())))`;
/** Of more the rest is not told. */
const MAX_PACKAGES = 1000;

/** The packages that programs of that interpreter can import; none where it cannot say so. */
export async function listPackages(jail: NativeJail, python: Python | null): Promise<readonly Package[]> {
  if (python === null) return [];
  try {
    const found: unknown = JSON.parse(await jail.run([python.file, '-I', '-c', PACKAGES], {}));
    return (found as [string, string][]).slice(0, MAX_PACKAGES).map(([name, version]) => ({ name, version }));
  } catch {
    // Whether it runs at all is told by its version.
    return [];
  }
}
