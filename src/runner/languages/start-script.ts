import { basename, extname } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { RunRequest } from '../../executions/run.ts';
import type { Language } from './language.ts';

/** What a compile step reports when it has ended, before its exit code. */
export const COMPILED = 'compiled ';
/** The descriptor that it reports on. */
const REPORT = 3;

/** How a script finds its host. */
interface ScriptHost {
  /** Where a compiler leaves what it makes. */
  readonly output: string;
  /** The descriptor by which the word comes that the program may start; `REPORT` itself where that goes both ways. */
  readonly reply: number;
  /** The descriptor of a stdin that stays open, which is the script's own otherwise; null: it is that anyway. */
  readonly stdin: number | null;
  /** Descriptors that nothing of a program has. */
  readonly closed: readonly number[];
}

/**
 * What a shell runs in a sandbox: it compiles where the language has it so, reports how that ended, waits for its host's word,
 * and becomes the program.
 */
export function startScript(
  language: Language,
  request: Pick<RunRequest, 'fileName' | 'args' | 'payload'>,
  { output, reply, stdin, closed }: ScriptHost,
): string {
  const { compile, run, env } = language.commands;
  const close = reply === REPORT ? `${REPORT}<&-` : `${REPORT}>&- ${reply}<&-`;
  const lines = [
    ...(stdin === null ? [] : [`exec <&${stdin}`]),
    ...closed.map((descriptor) => `exec ${descriptor}<&-`),
    ...Object.entries(env).map(([name, value]) => `export ${name}=${quote(value)}`),
  ];
  if (compile !== null) {
    const command = commandFor(compile, language, request, output).map(quote).join(' ');
    lines.push(
      // What a compiler has to say is about the program, not of it.
      `${command} ${close} </dev/null 1>&2`,
      'code=$?',
      `printf '${COMPILED}%s\\n' "$code" >&${REPORT}`,
      // One that has failed is ended from outside.
      `IFS= read -r line <&${reply} || exit "$code"`,
    );
  }
  // By `env`, since shells have variables of their own that take no other value.
  const variables = request.payload.env.map(({ name, value }) => `${name}=${value}`);
  const words = [
    ...(variables.length === 0 ? [] : ['env', ...variables]),
    ...commandFor(run, language, request, output),
    ...request.args,
  ];
  lines.push(`exec ${close}`, `exec ${words.map(quote).join(' ')}`);
  return `${lines.join('\n')}\n`;
}

/** A word of a shell that stands for itself. */
export function quote(text: string): string {
  return `'${text.replaceAll("'", `'\\''`)}'`;
}

/**
 * A command of a language with the names that it has for one program put in: see `Commands`.
 * @param output where a compiler leaves what it makes
 */
export function commandFor(
  words: readonly string[],
  language: Language,
  { fileName, payload }: Pick<RunRequest, 'fileName' | 'payload'>,
  output: string,
): string[] {
  const file = plain(fileName);
  return words.flatMap((word) => {
    if (word === '{sources}') {
      const others = payload.files
        .map(({ path }) => path)
        .filter((path) => language.extensions.includes(extname(path)));
      return [file, ...others.map(plain)];
    }
    return word.replace(/\{(file|output|stem)\}/g, (_, name: 'file' | 'output' | 'stem') => {
      return { file, output, stem: plain(basename(fileName, extname(fileName))) }[name];
    });
  });
}

/** No tool is to take a file's name for an option. */
function plain(path: string): string {
  return path.startsWith('-') ? `./${path}` : path;
}

const supportFile = (name: string): string => fileURLToPath(new URL(`support/${name}`, import.meta.url));

/** Files that commands of records name, below `/podline` wherever those are run; by name, with their paths here. */
export const SUPPORT_FILES: { readonly [name: string]: string } = {
  'line_buffered.rb': supportFile('line_buffered.rb'),
  'LineBuffered.pm': supportFile('LineBuffered.pm'),
};
