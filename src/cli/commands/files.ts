import { chosenEndpoint } from '../connection/connect.ts';
import { findId } from '../connection/find.ts';
import { CONNECTION_HELP, connectionOptions, onePositional, parseOptions } from '../options.ts';
import { describeOmitted, readLeftFiles } from '../run/left-files.ts';
import type { Shell } from '../shell.ts';
import { formatTable } from '../terminal/format.ts';

export const help = `podline files [--json] ID

Lists the files that a program left, once it has ended; on stderr what was not kept, and why. "podline download" fetches one.

  --json            print them as JSON
${CONNECTION_HELP}
`;

export const options = { ...connectionOptions, json: { type: 'boolean' } } as const;

export async function run(argv: readonly string[], shell: Shell): Promise<number> {
  const { values, positionals } = parseOptions(argv, options);
  const endpoint = chosenEndpoint(values, shell);
  const id = await findId(endpoint, onePositional(positionals, 'ID'));
  const { files, omittedFiles } = await readLeftFiles(endpoint, id);
  if (values.json) {
    await shell.stdout.write(`${JSON.stringify({ files, omittedFiles }, null, 2)}\n`);
    return 0;
  }
  const rows = files.map(({ path, bytes, mediaType }) => [
    String(bytes),
    mediaType.split(';', 1)[0] ?? '',
    path,
  ]);
  await shell.stdout.write(formatTable(['BYTES', 'TYPE', 'PATH'], rows));
  await shell.stderr.write(describeOmitted({ omittedFiles }));
  return 0;
}
