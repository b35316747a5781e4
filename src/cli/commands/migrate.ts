import { ConfigError } from '../../config-error.ts';
import { type Migrated, migrate, type Progress } from '../../db/migration/migration.ts';
import { isInUse, LocationError, openLocation } from '../../db/migration/open.ts';
import { StoreOpenError } from '../../db/sqlite/errors.ts';
import { StoreUnavailableError } from '../../executions/errors.ts';
import { CommandError, UsageError } from '../errors.ts';
import { EXIT_FAILED } from '../exit-code.ts';
import { noPositionals, parseOptions } from '../options.ts';
import type { Shell } from '../shell.ts';

export const help = `podline migrate --from STORE --to STORE

Copies every execution with its output, and the input of what is queued, from one store to another and verifies each. STORE
is a MongoDB connection string, a database file (podline.db), the data directory with it, or env:NAME for what that variable
holds, which other users of this machine cannot see. Stop every server of both
first. What the target has already is verified and left as it is: after a cut, run the same command again to resume. The
source stays as it was: never start a server on it again, or what was queued runs twice.

What was under way is copied as it stands. The first server on the target takes it over as after a crash: with Kubernetes
it reads on from the pod, else it ends INTERRUPTED with the output it had.

      --from STORE  where the executions are
      --to STORE    where they are to be; a file is made when it is not there

Prints how far it is on stderr and what was moved on stdout. Exit code 0 when all of it is in the target, else 1.
`;

export const options = { from: { type: 'string' }, to: { type: 'string' } } as const;

export async function run(argv: readonly string[], shell: Shell): Promise<number> {
  const { values, positionals } = parseOptions(argv, options);
  noPositionals(positionals);
  const from = locationOf('--from', values.from, shell);
  const to = locationOf('--to', values.to, shell);
  if (from === to) throw new UsageError('Expected two stores, got one twice.');
  try {
    await using opened = new AsyncDisposableStack();
    const source = await openLocation(from, { mustExist: true });
    opened.use(source.store);
    const target = await openLocation(to, { mustExist: false });
    opened.use(target.store);
    for (const { store, name } of [source, target]) {
      if (await isInUse(store)) {
        throw new CommandError(`A server uses this store: ${name}. Stop every server of both stores first.`);
      }
    }
    const migrated = await migrate(source.store, target.store, eventsOn(shell));
    await shell.stderr.write(lineOf(migrated));
    await shell.stdout.write(summaryOf(migrated, source.name, target.name));
    return migrated.failed === 0 ? 0 : EXIT_FAILED;
  } catch (error) {
    throw toCommandError(error);
  }
}

function locationOf(option: string, given: string | undefined, { env }: Shell): string {
  if (given === undefined) throw new UsageError('Expected --from STORE and --to STORE.');
  if (!given.startsWith('env:')) return given;
  const name = given.slice('env:'.length);
  const value = env[name];
  if (value) return value;
  throw new UsageError(`${option} ${given} takes the value of the variable ${name}, which is not set.`);
}

/** At most a line each second. */
const TELL_MS = 1000;

function eventsOn({ stderr }: Shell): Parameters<typeof migrate>[2] {
  let toldAt = performance.now();
  return {
    progress(progress) {
      if (performance.now() - toldAt < TELL_MS) return;
      toldAt = performance.now();
      void stderr.write(lineOf(progress));
    },
    failed: (id, reason) => void stderr.write(`${id} was not moved: ${reason}.\n`),
  };
}

function lineOf({ executions, present, chunks, bytes }: Progress): string {
  return `${executions} executions (${present} were there), ${chunks} chunks, ${mebibytes(bytes)}\n`;
}

function summaryOf(migrated: Migrated, from: string, to: string): string {
  const { executions, present, chunks, bytes, failed, checksum } = migrated;
  return [
    `from        ${from}`,
    `to          ${to}`,
    `executions  ${executions} (${present} were there)${failed > 0 ? `, ${failed} not moved` : ''}`,
    `sessions    ${migrated.sessions}`,
    `output      ${chunks} chunks, ${bytes} bytes`,
    `checksum    ${checksum}, of what was read and of what is in the target`,
    '',
  ].join('\n');
}

function mebibytes(bytes: number): string {
  return `${(bytes / 1024 / 1024).toFixed(1)} MiB`;
}

function toCommandError(error: unknown): unknown {
  if (error instanceof StoreUnavailableError) {
    return new CommandError(`${error.message} The same command goes on where this one was cut.`, {
      cause: error,
    });
  }
  const isTheirs =
    error instanceof LocationError || error instanceof StoreOpenError || error instanceof ConfigError;
  return isTheirs ? new CommandError(error.message, { cause: error }) : error;
}
