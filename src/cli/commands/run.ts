import { randomUUID } from 'node:crypto';
import { CODE_BYTES, STDIN_BYTES } from '../../bounds.ts';
import { CONNECTION_HELP, connectionOptions, parseOptions, splitAtFile } from '../arguments/parse.ts';
import { parseDuration, parseEnv, parseMemory, parsePair } from '../arguments/values.ts';
import { connect } from '../connection/connect.ts';
import { CommandError, UsageError } from '../errors.ts';
import type { ExecuteInput } from '../generated/graphql.ts';
import { languageOf } from '../language.ts';
import { readFiles, readLocalFile } from '../run/files.ts';
import { submit } from '../run/submit.ts';
import { watch } from '../run/watch.ts';
import type { Shell } from '../shell.ts';
import { watchInterrupts } from '../terminal/interrupts.ts';
import { decodeText, isPiped, readText } from '../terminal/stdin.ts';

export const help = `podline run [options] FILE [args…]

Runs a program on a server and prints its output live. Options come before FILE; everything after FILE is the program's.
FILE is - to read the program from stdin; otherwise a stdin that is a pipe or a file is passed to the program, up to its
end. Without --url and PODLINE_URL, and with no server at the default address, the service runs within this command.

  -l, --language L  python, javascript or typescript; else by FILE's extension (stdin: python)
  -f, --file P[=N]  also put the file P beside the program, under the name N; may be repeated
  -e, --env N[=V]   set a variable, to this shell's value when V is left out; may be repeated
  -t, --timeout T   time limit: 30s, 500ms, 2m; a bare number counts seconds
  -m, --memory M    memory limit: 256, 256m, 1g; a bare number counts MiB
      --label N=V   label the record; may be repeated
      --key KEY     idempotency key: the same key and input run once
      --no-stdin    pass no stdin
  -d, --detach      print the id and leave the program running
${CONNECTION_HELP}

Ctrl-C cancels the program; a second Ctrl-C leaves at once.

Exit code: the program's own; 128 + n when signal n ended it; 124 at its time limit; 137 out of memory; 130 cancelled;
1 for every other end, or when it could not be run; 2 for wrong usage.
`;

const options = {
  ...connectionOptions,
  language: { type: 'string', short: 'l' },
  file: { type: 'string', short: 'f', multiple: true },
  env: { type: 'string', short: 'e', multiple: true },
  timeout: { type: 'string', short: 't' },
  memory: { type: 'string', short: 'm' },
  label: { type: 'string', multiple: true },
  key: { type: 'string' },
  'no-stdin': { type: 'boolean' },
  detach: { type: 'boolean', short: 'd' },
} as const;

export async function run(argv: readonly string[], shell: Shell): Promise<number> {
  const { own, file, rest } = splitAtFile(argv, options);
  const { values } = parseOptions(own, options);
  if (file === undefined) throw new UsageError('Expected a FILE to run, or - for stdin, got none.');

  const settings = {
    args: rest,
    env: (values.env ?? []).map((text) => parseEnv(text, shell.env)),
    labels: (values.label ?? []).map((text) => parsePair('--label', text)),
    limits: {
      ...(values.timeout !== undefined && { timeoutMs: parseDuration('--timeout', values.timeout) }),
      ...(values.memory !== undefined && { memoryMb: parseMemory('--memory', values.memory) }),
    },
    // Makes it safe to submit again when the answer was lost.
    idempotencyKey: values.key ?? `podline-run-${randomUUID()}`,
  };
  const input: ExecuteInput = {
    ...settings,
    ...(await readProgram(file, values.language, shell)),
    files: await readFiles(values.file ?? [], file === '-' ? null : file),
    stdin: await readStdin(file, values['no-stdin'] ?? false, shell),
  };

  await using connection = await connect(values, shell);
  using interrupts = watchInterrupts();
  if (values.detach && connection.isOwn) {
    throw new CommandError(
      '--detach needs a server that stays. Start one with "npm start", or name one with --url.',
    );
  }
  const id = await submit(connection.endpoint, input);
  if (values.detach) {
    await shell.stdout.write(`${id}\n`);
    return 0;
  }
  return await watch(connection.endpoint, id, shell, interrupts.signal);
}

/** The program's part of the input; its language and its name in the sandbox follow from the file's name. */
async function readProgram(file: string, chosen: string | undefined, shell: Shell) {
  if (file === '-') {
    const code = await readText(shell.stdin, 'The program on stdin', CODE_BYTES);
    return { code, language: chosen ?? 'python' };
  }
  const { language, fileName } = languageOf(file, chosen);
  const code = decodeText(await readLocalFile(file, CODE_BYTES), file);
  return { code, language, ...(fileName !== null && { fileName }) };
}

async function readStdin(file: string, isUnwanted: boolean, shell: Shell): Promise<string> {
  if (file === '-' || isUnwanted || !isPiped(shell.stdin)) return '';
  return await readText(shell.stdin, 'stdin', STDIN_BYTES);
}
