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
