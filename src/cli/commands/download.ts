import { chosenEndpoint } from '../connection/connect.ts';
import { findId } from '../connection/find.ts';
import { CommandError, UsageError } from '../errors.ts';
import { CONNECTION_HELP, connectionOptions, parseOptions } from '../options.ts';
import { download, downloadTo, localParts, readLeftFiles, write } from '../run/left-files.ts';
import type { Shell } from '../shell.ts';
import { oneLine } from '../terminal/format.ts';

export const help = `podline download [-o FILE] ID PATH

Downloads one of the files that a program left, as "podline files" lists them, into the current directory; a file that is
there already is not replaced.

  -o, --output FILE  write to this file, and replace it; - prints on stdout
${CONNECTION_HELP}
`;

export const options = { ...connectionOptions, output: { type: 'string', short: 'o' } } as const;

export async function run(argv: readonly string[], shell: Shell): Promise<number> {
  const { values, positionals } = parseOptions(argv, options);
  const [given, path, ...more] = positionals;
  if (given === undefined || path === undefined || more.length > 0) {
    throw new UsageError(`Expected an ID and a PATH, got ${positionals.join(' ') || 'none'}.`);
  }
  const endpoint = chosenEndpoint(values, shell);
  const id = await findId(endpoint, given);
  const { files } = await readLeftFiles(endpoint, id);
  const file = files.find((one) => one.path === path);
  if (file === undefined) {
    const some = files.slice(0, 5).map((one) => oneLine(one.path));
    const got =
      some.length === 0 ? 'it has none' : `it has ${some.join(', ')}${files.length > 5 ? ', …' : ''}`;
    throw new CommandError(`Execution ${id} has no file ${oneLine(path)}: ${got}.`);
  }
  const { output } = values;
  if (output === '-') {
    for await (const part of download(endpoint, file)) await shell.stdout.writeBytes(part);
    return 0;
  }
  const target = output ?? localParts(path).at(-1) ?? path;
  await write(target, () => downloadTo(endpoint, file, target, { mayReplace: output !== undefined }));
  return 0;
}
