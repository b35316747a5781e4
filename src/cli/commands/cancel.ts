import { CONNECTION_HELP, connectionOptions, onePositional, parseOptions } from '../arguments/parse.ts';
import { chosenEndpoint } from '../connection/connect.ts';
import { CommandError } from '../errors.ts';
import { cancelExecution } from '../run/cancel.ts';
import type { Shell } from '../shell.ts';

export const help = `podline cancel ID

Stops a queued or running execution. Its record and its output stay.

${CONNECTION_HELP}
`;

export async function run(argv: readonly string[], shell: Shell): Promise<number> {
  const { values, positionals } = parseOptions(argv, connectionOptions);
  const id = onePositional(positionals, 'ID');
  const answer = await cancelExecution(chosenEndpoint(values, shell), id);
  if (answer.__typename !== 'CancelSuccess') throw new CommandError(answer.message);
  const state = answer.execution.status === 'CANCELLED' ? 'cancelled' : 'being cancelled';
  await shell.stdout.write(`${id} is ${state}.\n`);
  return 0;
}
