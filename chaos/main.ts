import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Account } from './account/account.ts';
import { Testbed } from './bed/testbed.ts';
import { BED_FAULTS } from './faults/names.ts';
import { Journal } from './journal.ts';
import { type Options, parseOptions, USAGE, UsageError } from './options.ts';
import { run } from './run.ts';

/** `npm run chaos`: exit code 0 without a finding, 1 with one, 2 when it cannot be run so. */
async function main(): Promise<number> {
  let settings: Settings;
  try {
    if (process.argv.slice(2).some((argument) => ['--help', '-h'].includes(argument))) {
      process.stdout.write(`${USAGE}\n`);
      return 0;
    }
    settings = readSettings(process.argv.slice(2), process.env);
  } catch (error) {
    if (!(error instanceof UsageError)) throw error;
    process.stderr.write(`${error.message}\n\n${USAGE}\n`);
    return 2;
  }
  const { options } = settings;
  const journal = new Journal();
  const account = new Account(journal);
  const directory = mkdtempSync(join(tmpdir(), 'podline-chaos-'));
  const interrupted = onSignals();
  const failed = (error: unknown) =>
    account.finding('chaos', `failed itself: ${error instanceof Error ? error.stack : error}`);
  process.on('uncaughtException', (error) => {
    failed(error);
    interrupted.abort();
  });
  process.stderr.write(
    `seed ${options.seed}, ${options.minutes} minutes, faults ${options.faults.join(', ')}\n`,
  );
  try {
    await run({ ...options, ...settings, account, journal, directory, interrupted: interrupted.signal });
  } catch (error) {
    failed(error);
  }
  report(options, account, journal, directory);
  return account.findings.length === 0 ? 0 : 1;
}

interface Settings {
  readonly options: Options;
  readonly mongodbUri: string;
  readonly address: string | undefined;
  readonly warm: number;
  /** Of the servers. */
  readonly settings: { readonly [name: string]: string };
  readonly testbed: Testbed | null;
}

/** @throws UsageError */
function readSettings(argv: readonly string[], env: NodeJS.ProcessEnv): Settings {
  const options = parseOptions(argv);
  for (const name of ['MONGODB_URI', 'KUBECONFIG']) {
    if (!env[name]) throw new UsageError(`${name}: expected where it is, got nothing.`);
  }
  const { MONGODB_URI: mongodbUri = '', TESTBED_ADDRESS: address, TESTBED } = env;
  const { MAX_RUNNING = '6', WARM = '1' } = env;
  const warm = Number(WARM);
  if (!Number.isInteger(warm)) throw new UsageError(`WARM: expected a whole number, got ${WARM}.`);
  const testbed = Testbed.find(TESTBED);
  const ofBed = BED_FAULTS.filter((name) => options.faults.includes(name));
  if (ofBed.length > 0 && !testbed) {
    throw new UsageError(
      `--faults: expected a test bed for ${ofBed.join(', ')}, got none; TESTBED says where it is.`,
    );
  }
  const settings = { MAX_RUNNING, LOG_LEVEL: 'info', SHUTDOWN_GRACE_MS: '10000' };
  return { options, mongodbUri, address, warm, settings, testbed };
}

/** A second signal is heeded only after so long, milliseconds: npm passes on what a terminal has sent to both. */
const SAME_MS = 500;

/** The first signal ends the run early, the second at once. */
function onSignals(): AbortController {
  const interrupted = new AbortController();
  let firstAt: number | null = null;
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
    process.on(signal, () => {
      firstAt ??= performance.now();
      // What must not stay is ended at `exit`, by whatever has begun it.
      if (performance.now() - firstAt > SAME_MS) process.exit(130);
      interrupted.abort();
    });
  }
  return interrupted;
}

/** Seconds before a finding whose events are printed with it. */
const BEFORE_S = 45;

function report(
  { seed, minutes, faults, servers }: Options,
  account: Account,
  journal: Journal,
  directory: string,
): void {
  const { findings, remarks } = account;
  const print = (text: string) => process.stdout.write(`${text}\n`);
  print(
    `\nSeed ${seed}, ${minutes} minutes, ${servers} servers, faults: ${faults.join(', ')}\n\n${account.table()}\n`,
  );
  for (const { who, what, at } of findings) {
    const before = journal.between(at - BEFORE_S, at).filter((line) => !line.includes('FINDING'));
    print(
      `FINDING at ${at.toFixed(1)} s: ${who}\n  ${what}\n${before.map((line) => `    ${line}`).join('\n')}`,
    );
  }
  for (const remark of remarks) print(remark);
  print(
    `${findings.length} findings with seed ${seed}.${findings.length > 0 ? ` The servers' logs: ${directory}` : ''}`,
  );
}

try {
  process.exit(await main());
} catch (error) {
  process.stderr.write(`Chaos itself failed: ${error instanceof Error ? error.stack : error}\n`);
  process.exit(1);
}
