import { Testbed } from './bed/testbed.ts';
import { type Options, parseOptions, USAGE, UsageError } from './options.ts';
import { type Outcome, run } from './run.ts';

let failed = false;

/** `npm run chaos`: exit code 0 without a finding, 1 with one, 2 when it cannot be run so. */
async function main(): Promise<number> {
  let options: Options;
  try {
    if (process.argv.slice(2).some((argument) => ['--help', '-h'].includes(argument))) {
      process.stdout.write(`${USAGE}\n`);
      return 0;
    }
    options = parseOptions(process.argv.slice(2));
    for (const name of ['MONGODB_URI', 'KUBECONFIG']) {
      if (!process.env[name]) throw new UsageError(`${name}: expected where it is, got nothing.`);
    }
  } catch (error) {
    if (!(error instanceof UsageError)) throw error;
    process.stderr.write(`${error.message}\n\n${USAGE}\n`);
    return 2;
  }
  const interrupted = new AbortController();
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => interrupted.abort());
  process.on('uncaughtException', (error) => {
    process.stderr.write(`Chaos itself failed and comes to its end: ${error.stack}\n`);
    failed = true;
    interrupted.abort();
  });
  const { MONGODB_URI: mongodbUri = '', TESTBED_ADDRESS: address, TESTBED } = process.env;
  const { MAX_RUNNING = '6', WARM = '1' } = process.env;
  process.stderr.write(
    `seed ${options.seed}, ${options.minutes} minutes, faults ${options.faults.join(', ')}\n`,
  );
  const outcome = await run({
    ...options,
    mongodbUri,
    address,
    settings: { MAX_RUNNING, WARM, LOG_LEVEL: 'info', SHUTDOWN_GRACE_MS: '10000' },
    testbed: Testbed.find(TESTBED),
    interrupted: interrupted.signal,
  });
  report(options, outcome);
  return outcome.account.findings.length === 0 && !failed ? 0 : 1;
}

/** Seconds before a finding whose events are printed with it. */
const BEFORE_S = 45;

function report({ seed, minutes, faults, servers }: Options, { account, journal, directory }: Outcome): void {
  const { findings } = account;
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
