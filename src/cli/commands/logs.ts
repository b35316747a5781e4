import { chosenEndpoint } from '../connection/connect.ts';
import { findId } from '../connection/find.ts';
import { type LogChunk, readChunks } from '../connection/operations.ts';
import {
  CONNECTION_HELP,
  connectionOptions,
  onePositional,
  parseChoice,
  parseCount,
  parseOptions,
} from '../options.ts';
import type { Shell } from '../shell.ts';
import { printChunks } from '../terminal/format.ts';

export const help = `podline logs [options] ID

Prints an execution's output, its stderr on stderr.

  -f, --follow      keep printing until the execution has ended; Ctrl-C leaves it running
      --after N     only what came after chunk number N
      --stream S    only stdout or only stderr
      --json        print each chunk as a line of JSON, with its number, on stdout
${CONNECTION_HELP}
`;

export const options = {
  ...connectionOptions,
  follow: { type: 'boolean', short: 'f' },
  after: { type: 'string' },
  stream: { type: 'string' },
  json: { type: 'boolean' },
} as const;

export async function run(argv: readonly string[], shell: Shell): Promise<number> {
  const { values, positionals } = parseOptions(argv, options);
  const name = onePositional(positionals, 'ID');
  const after = values.after === undefined ? 0 : parseCount('--after', values.after, 0);
  const stream =
    values.stream === undefined
      ? null
      : parseChoice('--stream', values.stream, ['STDOUT', 'STDERR', 'DISPLAY']);
  const endpoint = chosenEndpoint(values, shell);
  const id = await findId(endpoint, name);
  let last = after;
  const print = async (chunks: readonly LogChunk[]) => {
    last = chunks.at(-1)?.seq ?? last;
    const wanted = stream === null ? chunks : chunks.filter((chunk) => chunk.stream === stream);
    if (values.json) await shell.stdout.write(wanted.map((chunk) => `${JSON.stringify(chunk)}\n`).join(''));
    else await printChunks(wanted, shell);
  };

  // What is there already comes by pages; that also tells at once of an unknown id or an unreachable server.
  for await (const chunks of readChunks(endpoint, id, after)) await print(chunks);
  if (values.follow) {
    const [{ observe }, { openTextReport }] = await Promise.all([
      import('../connection/follow.ts'),
      import('../run/watch.ts'),
    ]);
    await using report = openTextReport(shell, false);
    const { signal } = new AbortController();
    await observe(
      endpoint,
      id,
      last,
      { ...report, chunks: (chunks) => report.print(() => print(chunks)) },
      signal,
    );
  }
  return 0;
}
