import { chosenEndpoint } from '../connection/connect.ts';
import { request } from '../connection/request.ts';
import { graphql } from '../generated/gql.ts';
import { CONNECTION_HELP, connectionOptions, noPositionals, parseOptions } from '../options.ts';
import type { Shell } from '../shell.ts';
import { formatDuration, formatTable } from '../terminal/format.ts';

export const help = `podline runtimes [--json]

Lists the languages that a server runs. Of each limit the first figure counts when a run asks for none, the second is
the most that it may ask for; CPU is in thousandths of a core.

  --json            print the whole answer as JSON
${CONNECTION_HELP}
`;

/** What a runtime tells of its limits three times. */
export const AllLimits = graphql(`
  fragment AllLimits on Limits {
    timeoutMs
    memoryMb
    cpuMillis
    outputBytes
  }
`);

const Runtimes = graphql(`
  query Runtimes {
    runtimes {
      language
      version
      isDefault
      minimums {
        ...AllLimits
      }
      defaults {
        ...AllLimits
      }
      maximums {
        ...AllLimits
      }
      notes
    }
  }
`);

export const options = { ...connectionOptions, json: { type: 'boolean' } } as const;

export async function run(argv: readonly string[], shell: Shell): Promise<number> {
  const { values, positionals } = parseOptions(argv, options);
  noPositionals(positionals);
  const { runtimes } = await request(chosenEndpoint(values, shell), Runtimes, {});
  if (values.json) {
    await shell.stdout.write(`${JSON.stringify(runtimes, null, 2)}\n`);
    return 0;
  }
  const rows = runtimes.map(({ language, version, isDefault, defaults, maximums }) => [
    isDefault ? `${language} (default)` : language,
    version,
    `${formatDuration(defaults.timeoutMs)} / ${formatDuration(maximums.timeoutMs)}`,
    `${defaults.memoryMb} / ${maximums.memoryMb} MiB`,
    `${defaults.cpuMillis} / ${maximums.cpuMillis} m`,
    `${formatMebibytes(defaults.outputBytes)} / ${formatMebibytes(maximums.outputBytes)} MiB`,
  ]);
  await shell.stdout.write(formatTable(['LANGUAGE', 'VERSION', 'TIMEOUT', 'MEMORY', 'CPU', 'OUTPUT'], rows));
  await shell.stdout.write('Each limit: default / maximum. CPU in thousandths of a core (1000 m is one).\n');
  const languagesByNote = new Map<string, string[]>();
  for (const { language, notes } of runtimes) {
    for (const note of notes) languagesByNote.set(note, [...(languagesByNote.get(note) ?? []), language]);
  }
  for (const [note, languages] of languagesByNote)
    await shell.stdout.write(`${languages.join(', ')}: ${note}\n`);
  return 0;
}

function formatMebibytes(bytes: number): string {
  return String(Math.round((bytes / 1024 / 1024) * 100) / 100);
}
