import { randomUUID } from 'node:crypto';
import { connect } from '../connection/connect.ts';
import { createSession, endSession, readSession } from '../connection/operations.ts';
import { CommandError } from '../errors.ts';
import {
  CONNECTION_HELP,
  connectionOptions,
  noPositionals,
  parseDuration,
  parseEnv,
  parseMemory,
  parseOptions,
} from '../options.ts';
import { DEFAULT_CONTEXT, sessionEnded } from '../repl/cell.ts';
import { repl } from '../repl/repl.ts';
import { readFiles } from '../run/files.ts';
import type { Shell } from '../shell.ts';
import { watchInterrupts } from '../terminal/interrupts.ts';

export const help = `podline repl [options]

Runs what is typed in a session, whose variables and files stay from one input to the next, and prints live what it prints. An
input goes on over several lines while a bracket or a string is open; a block of Python ends with an empty line. A pipe is run
as if it were typed.

  -l, --language L  python (py), javascript (js) or typescript (ts); python unless it is given
  -s, --session ID  join a session that is there, which stays when this command ends
  -k, --keep        leave the session open at the end; it ends by its idle limit
  -c, --context N   the interpreter of that name in the session; ${DEFAULT_CONTEXT} unless it is given
  -f, --file P[=N]  also put the file or folder P into its directory, under the name N; may be repeated
  -e, --env N[=V]   set a variable, to this shell's value when V is left out; may be repeated
  -t, --timeout T   time limit of an input: 30s, 500ms, 2m
  -m, --memory M    memory limit of the session: 256, 256m, 1g
${CONNECTION_HELP}

Ctrl-C interrupts what runs, a second one cancels it; Ctrl-D leaves. What is typed while something runs is for its input().
Exit code: 0 when the last input succeeded, else 1.
`;

export const options = {
  ...connectionOptions,
  language: { type: 'string', short: 'l' },
  session: { type: 'string', short: 's' },
  keep: { type: 'boolean', short: 'k' },
  context: { type: 'string', short: 'c' },
  file: { type: 'string', short: 'f', multiple: true },
  env: { type: 'string', short: 'e', multiple: true },
  timeout: { type: 'string', short: 't' },
  memory: { type: 'string', short: 'm' },
} as const;

export async function run(argv: readonly string[], shell: Shell): Promise<number> {
  const { values, positionals } = parseOptions(argv, options);
  noPositionals(positionals);
  const input = {
    ...(values.language !== undefined && { language: values.language }),
    env: (values.env ?? []).map((text) => parseEnv(text, shell.env)),
    limits: {
      ...(values.timeout !== undefined && { timeoutMs: parseDuration('--timeout', values.timeout) }),
      ...(values.memory !== undefined && { memoryMb: parseMemory('--memory', values.memory) }),
    },
    files: await readFiles(values.file ?? [], null),
    // Makes it safe to ask again when the answer was lost.
    idempotencyKey: `podline-repl-${randomUUID()}`,
  };
  await using connection = await connect(values, shell);
  const { endpoint } = connection;
  if (values.keep && connection.isOwn) {
    throw new CommandError('--keep needs a server that stays; name one with --url.');
  }
  using interrupts = watchInterrupts();
  const joined = values.session === undefined ? null : await readSession(endpoint, values.session);
  if (joined?.status === 'ENDED') throw sessionEnded(joined.message);
  const session = joined ?? (await createSession(endpoint, input));
  if (shell.stderr.isTerminal) await shell.stderr.write(`${session.language}, session ${session.id}\n`);
  try {
    const context = values.context ?? DEFAULT_CONTEXT;
    return await repl({ endpoint, session, context, signal: interrupts.signal }, shell);
  } finally {
    if (joined === null && !values.keep) await endSession(endpoint, session.id);
  }
}
