import { randomUUID } from 'node:crypto';
import { basename } from 'node:path';
import { chosenEndpoint, connect } from '../connection/connect.ts';
import { CommandError, UsageError } from '../errors.ts';
import type { ExecuteInput } from '../generated/graphql.ts';
import {
  CONNECTION_HELP,
  connectionOptions,
  parseDuration,
  parseEnv,
  parseMemory,
  parseOptions,
  parsePair,
  splitAtFile,
} from '../options.ts';
import { readFiles } from '../run/files.ts';
import { checkMisplacedFiles, explainEndOfInput, readProgram, sourceOf } from '../run/input.ts';
import { describeOmitted, readLeftFiles, saveFiles } from '../run/left-files.ts';
import { explainRefusal, languageOnServer } from '../run/refusals.ts';
import { openStdin, startSending, submitWithStdin } from '../run/stdin.ts';
import { openJsonReport, openTextReport, watch } from '../run/watch.ts';
import { asInvoked, type Shell, startCommand } from '../shell.ts';
import { freshLine } from '../terminal/format.ts';
import { watchInterrupts } from '../terminal/interrupts.ts';

export const help = `podline run [options] FILE [args…]
podline run [options] -c CODE [args…]

Runs a program on a server and prints its output live. Options come before FILE; everything after FILE is the program's.
FILE is - to read the program from stdin; otherwise what is typed at the terminal, or comes from a pipe or a file, is passed
to the program while it runs; Ctrl-D ends it. Without --url and PODLINE_URL, and with no server at the default address, the service runs within this command.

  -c, --code CODE   the program itself, in place of FILE
  -l, --language L  one that the server runs (podline runtimes): python (py), ruby, …; else by FILE's extension (stdin, -c: python)
  -f, --file P[=N]  also put the file or folder P beside the program, under the name N; may be repeated. Of a folder
                    .git, .venv, __pycache__ and node_modules are left out
  -e, --env N[=V]   set a variable, to this shell's value when V is left out; may be repeated
  -t, --timeout T   time limit: 30s, 500ms, 2m; a bare number counts seconds
  -m, --memory M    memory limit: 256, 256m, 1g; a bare number counts MiB
      --label N=V   label the record; may be repeated
      --key KEY     idempotency key: the same key and input run once
  -o, --output-dir D  afterwards put the files that the program made or changed into the folder D
      --no-stdin    pass no stdin
  -d, --detach      print the id and leave the program running
  -q, --quiet       print the program's output and nothing else
      --json        print a line of JSON for each change of status, each chunk of output, and the end, on stdout
${CONNECTION_HELP}

Ctrl-C interrupts the program (SIGINT, KeyboardInterrupt); a second Ctrl-C cancels it, a third leaves at once.

Exit code: the program's own; 128 + n when signal n ended it; 124 at its time limit; 137 out of memory; 130 cancelled;
1 for every other end, or when it could not be run; 2 for wrong usage.
`;

export const options = {
  ...connectionOptions,
  code: { type: 'string', short: 'c' },
  language: { type: 'string', short: 'l' },
  file: { type: 'string', short: 'f', multiple: true },
  env: { type: 'string', short: 'e', multiple: true },
  timeout: { type: 'string', short: 't' },
  memory: { type: 'string', short: 'm' },
  label: { type: 'string', multiple: true },
  key: { type: 'string' },
  'output-dir': { type: 'string', short: 'o' },
  'no-stdin': { type: 'boolean' },
  detach: { type: 'boolean', short: 'd' },
  quiet: { type: 'boolean', short: 'q' },
  json: { type: 'boolean' },
  help: { type: 'boolean', short: 'h' },
} as const;

export async function run(argv: readonly string[], shell: Shell): Promise<number> {
  const { own, file, rest } = splitAtFile(argv, options);
  const { values } = parseOptions(own, options);
  if (values.help) {
    await shell.stdout.write(asInvoked(help, shell.self));
    return 0;
  }
  const source = sourceOf(file, rest, values.code);
  const settings = {
    args: source.args,
    env: (values.env ?? []).map((text) => parseEnv(text, shell.env)),
    labels: (values.label ?? []).map((text) => parsePair('--label', text)),
    limits: {
      ...(values.timeout !== undefined && { timeoutMs: parseDuration('--timeout', values.timeout) }),
      ...(values.memory !== undefined && { memoryMb: parseMemory('--memory', values.memory) }),
    },
    // Makes it safe to submit again when the answer was lost.
    idempotencyKey: values.key ?? `podline-run-${randomUUID()}`,
  };
  await checkMisplacedFiles(source, own, values.file ?? []);
  const { language: known, ...program } = await readProgram(source, values.language, shell);
  const path = source.file ?? '';
  const language = known ?? (await languageOnServer(chosenEndpoint(values, shell), path));
  const named = known === null ? { fileName: basename(path) } : {};
  const stdin = await openStdin(
    source,
    { isUnwanted: values['no-stdin'] ?? false, mayFollow: !(values.detach ?? false) },
    shell,
  );
  const input: ExecuteInput = {
    ...settings,
    ...program,
    ...named,
    language,
    files: await readFiles(values.file ?? [], source.file),
    stdin: stdin.text,
    stdinOpen: stdin.live !== null,
  };

  await using connection = await connect(values, shell);
  using interrupts = watchInterrupts();
  const { endpoint } = connection;
  if (values.detach && connection.isOwn) {
    throw new CommandError(
      `--detach needs a server that stays. Start one with "${startCommand()}", or name one with --url.`,
    );
  }
  if (values.detach && values['output-dir'] !== undefined) {
    throw new UsageError(
      'Expected one of --detach and --output-dir, got both: "podline download" fetches files later.',
    );
  }
  const { id, isOpen } = await submitWithStdin(endpoint, input, stdin, shell).catch(
    async (error: unknown) => {
      throw await explainRefusal(endpoint, error, { file: source.file, language, values });
    },
  );
  await using report = values.json
    ? openJsonReport(shell, endpoint, id)
    : openTextReport(shell, values.quiet ?? false);
  if (values.detach && !values.json) await shell.stdout.write(`${id}\n`);
  else await report.status?.({ status: 'QUEUED', message: null, queuePosition: null });
  if (values.detach) return 0;
  using sending = isOpen && stdin.live !== null ? startSending(endpoint, id, stdin.live, shell) : null;
  const { end, exitCode } = await watch(endpoint, id, report, interrupts);
  const isReported = !values.quiet && !values.json;
  if (values['output-dir'] !== undefined) {
    const left = await readLeftFiles(endpoint, id);
    await saveFiles(endpoint, left.files, values['output-dir']);
    if (isReported) await shell.stderr.write(freshLine(shell) + describeOmitted(left));
  }
  if (end.endReason === 'EXITED' && exitCode !== 0 && isReported && input.stdin === '' && sending === null) {
    const why = explainEndOfInput(source, program.code, report.lastWords, shell);
    if (why !== null) await shell.stderr.write(`${freshLine(shell)}podline: ${why}\n`);
  }
  return exitCode;
}
