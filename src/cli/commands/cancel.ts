import { chosenEndpoint } from '../connection/connect.ts';
import { findId } from '../connection/find.ts';
import { cancelExecution } from '../connection/operations.ts';
import { CommandError } from '../errors.ts';
import { CONNECTION_HELP, connectionOptions, onePositional, parseOptions } from '../options.ts';
import type { Shell } from '../shell.ts';

export const help = `podline cancel ID

Stops a queued or running execution. Its record and its output stay.

${CONNECTION_HELP}
`;

export const options = connectionOptions;

export async function run(argv: readonly string[], shell: Shell): Promise<number> {
  const { values, positionals } = parseOptions(argv, options);
  const endpoint = chosenEndpoint(values, shell);
  const id = await findId(endpoint, onePositional(positionals, 'ID'));
  const answer = await cancelExecution(endpoint, id);
  if (answer.__typename !== 'CancelSuccess') throw new CommandError(answer.message);
  const state = answer.execution.status === 'CANCELLED' ? 'cancelled' : 'being cancelled';
  await shell.stdout.write(`${id} is ${state}.\n`);
  return 0;
}
