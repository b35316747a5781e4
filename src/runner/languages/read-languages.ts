import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { ConfigError } from '../../config-error.ts';
import { didYouMean } from '../../nearest-name.ts';
import { checkRecord, type Fields, isFields, wrong } from './check-record.ts';
import {
  COMPILE_LIMITS,
  type Commands,
  type CompileLimits,
  type Language,
  type LauncherName,
} from './language.ts';

/** Bytes that a file of records may have. */
const BYTES = 1024 * 1024;

/** What a file's record may say, once it is checked. What it leaves out is as in the record that it changes. */
interface FileRecord {
  readonly name: string;
  readonly aliases?: readonly string[];
  readonly extensions?: readonly string[];
  readonly fileName?: string;
  readonly launcher?: LauncherName;
  readonly image?: string | null;
  readonly version?: readonly string[];
  readonly run?: readonly string[];
  readonly compile?:
    | readonly string[]
    | ({ readonly command: readonly string[] } & Partial<CompileLimits>)
    | null;
  readonly env?: { readonly [name: string]: string };
  readonly warmUp?: readonly string[];
  readonly notes?: readonly string[];
}

/**
 * The table with what a file adds to it and changes: a YAML list of records, docs/languages.md says of what. A record with the
 * name of a language changes the fields that it has, any other is a language more.
 * @param setting what sentences begin with
 * @throws ConfigError with a sentence, on a line of its own, for everything that cannot be right
 */
export function readLanguages(
  setting: string,
  file: string,
  languages: readonly Language[],
): readonly Language[] {
  const document = parse(setting, readText(setting, file), file);
  if (!Array.isArray(document)) throw new ConfigError(wrong(setting, 'a list of languages', document));
  const problems = new Set<string>();
  const named = new Set<string>();
  const table = new Map(languages.map((language) => [language.name, language]));
  for (const [index, record] of document.entries()) {
    const name = isFields(record) && typeof record['name'] === 'string' ? record['name'] : null;
    const where = `${setting} ${name ?? `[${index}]`}`;
    if (!isFields(record)) {
      problems.add(wrong(where, 'a record with a name', record));
      continue;
    }
    const known = name === null ? undefined : table.get(name);
    const found = [...checkRecord(record, where), ...missingFields(record, known, where, [...table.keys()])];
    if (name !== null && named.has(name))
      found.push(`${where}: expected one record for each language, got another`);
    for (const problem of found) problems.add(problem);
    if (name === null) continue;
    named.add(name);
    if (found.length === 0) table.set(name, merged(record as unknown as FileRecord, known, languages));
  }
  const all = [...table.values()];
  for (const problem of clashes(setting, all, named)) problems.add(problem);
  if (problems.size > 0) throw new ConfigError([...problems].join('\n'));
  return all;
}

function readText(setting: string, file: string): string {
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch (cause) {
    throw new ConfigError(`${setting}: expected a file that can be read, got ${JSON.stringify(file)}`, {
      cause,
    });
  }
  const bytes = Buffer.byteLength(text);
  if (bytes > BYTES) throw new ConfigError(`${setting}: expected at most ${BYTES} bytes, got ${bytes}`);
  return text;
}

function parse(setting: string, text: string, file: string): unknown {
  // Most servers have no such file, and its parser takes a while to load.
  const { LineCounter, parseDocument } = createRequire(import.meta.url)('yaml') as typeof import('yaml');
  const lineCounter = new LineCounter();
  const document = parseDocument(text, { lineCounter, prettyErrors: false });
  const [error] = document.errors;
  try {
    if (error) throw error;
    return document.toJS();
  } catch (cause) {
    const at = error ? `line ${lineCounter.linePos(error.pos[0]).line}, ` : '';
    throw new ConfigError(
      `${setting}: expected YAML with one document in ${JSON.stringify(file)}, got what does not parse` +
        (cause instanceof Error ? ` (${at}${cause.message})` : ''),
      { cause },
    );
  }
}

/** What a record of a new language must say, and one of a known language need not. */
function missingFields(
  record: Fields,
  known: Language | undefined,
  where: string,
  names: string[],
): string[] {
  const given = (field: string): boolean => record[field] !== undefined && record[field] !== null;
  if (!given('name')) return [wrong(`${where}.name`, 'a name', undefined)];
  if (known !== undefined) return [];
  const needed = given('launcher') ? ['extensions'] : ['extensions', 'version', 'run'];
  const hint = didYouMean(String(record['name']), names);
  return needed
    .filter((field) => !given(field))
    .map((field) => `${where}: expected ${field}, which a new language has to say, got nothing.${hint}`);
}

function merged(record: FileRecord, known: Language | undefined, languages: readonly Language[]): Language {
  const launcher = record.launcher ?? known?.launcher ?? null;
  // One more language of a launcher runs by the same commands as the first.
  const like = known ?? languages.find((one) => one.launcher !== null && one.launcher === launcher);
  const extensions = record.extensions ?? known?.extensions ?? [];
  const isKnownFileName = known !== undefined && fits(known.defaultFileName, extensions);
  return {
    name: record.name,
    aliases: record.aliases ?? known?.aliases ?? [],
    extensions,
    defaultFileName: record.fileName ?? (isKnownFileName ? known.defaultFileName : `main${extensions[0]}`),
    launcher,
    image: record.image === undefined ? (known?.image ?? null) : record.image,
    commands: commandsOf(record, like?.commands),
    warmUp: record.warmUp ?? known?.warmUp ?? [],
    isRequired:
      ['run', 'version', 'compile'].some((field) => Object.hasOwn(record, field)) ||
      (known?.isRequired ?? false),
    notes: record.notes ?? known?.notes ?? [],
  };
}

function commandsOf({ run, version, compile, env }: FileRecord, known: Commands | undefined): Commands {
  const limits = known?.compileLimits ?? COMPILE_LIMITS;
  const step: { readonly command?: readonly string[] | null | undefined } & Partial<CompileLimits> = isFields(
    compile,
  )
    ? compile
    : { command: compile };
  const {
    command,
    timeoutMs = limits.timeoutMs,
    memoryMb = limits.memoryMb,
    outputBytes = limits.outputBytes,
  } = step;
  return {
    run: run ?? known?.run ?? [],
    version: version ?? known?.version ?? [],
    compile: command === undefined ? (known?.compile ?? null) : command,
    compileLimits: { timeoutMs, memoryMb, outputBytes },
    prepare: known?.prepare ?? null,
    env: env ?? known?.env ?? {},
  };
}

/** What two languages have that only one can, and what a record says against itself. */
function* clashes(
  setting: string,
  languages: readonly Language[],
  named: ReadonlySet<string>,
): Iterable<string> {
  const owners = new Map(languages.map(({ name }) => [name, name]));
  for (const { name, aliases } of languages) {
    for (const alias of aliases) {
      const owner = owners.get(alias);
      if (owner === undefined) owners.set(alias, name);
      else {
        const [one, other] = named.has(name) ? [name, owner] : [owner, name];
        yield `${setting} ${one}.aliases: expected names that no other language has, got ${JSON.stringify(alias)}, which is ${other === one ? 'there twice' : `one of ${other}`}`;
      }
    }
  }
  for (const { name, defaultFileName, extensions, commands } of languages) {
    if (!fits(defaultFileName, extensions)) {
      yield wrong(
        `${setting} ${name}.fileName`,
        `a name ending in ${extensions.join(', ')}`,
        defaultFileName,
      );
    }
    if (commands.compile === null && commands.run.some((word) => word.includes('{output}'))) {
      yield wrong(`${setting} ${name}.compile`, 'a command that makes the {output} of run', undefined);
    } else if (commands.compile === null && !commands.run.some((word) => READS_PROGRAM.test(word))) {
      yield `${setting} ${name}.run: expected {file} in one of its words, got a command that never reads the program`;
    }
  }
}

/** In a word of a command. */
const READS_PROGRAM = /\{(?:file|sources|stem)\}/;

function fits(fileName: string, extensions: readonly string[]): boolean {
  return extensions.some((extension) => fileName.endsWith(extension) && fileName.length > extension.length);
}
